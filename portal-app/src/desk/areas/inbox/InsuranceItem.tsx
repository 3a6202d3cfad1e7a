/** Insurance that was handed in, beside what is on record; taken over element by element. */
import type { Coverage } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useDraft } from '../../../device/drafts.ts';
import { t } from '../../../i18n/text.ts';
import { cardsOf, cardsQuery } from '../../../record/insurance/insurance.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import {
  approveInsurance,
  declineInsurance,
  differences,
  handedInQuery,
  keptAtFirst,
  replacedBy,
} from '../../../record/work/coverage.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Select, SendForm } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { About } from './About.tsx';
import { Decline, focusOn, type ItemProps, Key } from './parts.tsx';
import { SideBySide } from './SideBySide.tsx';
import { useWork } from './use-work.ts';

export function InsuranceItem(props: ItemProps) {
  const { fhir } = usePortal();
  const query = useQuery(handedInQuery(fhir, props.task));
  return (
    <About task={props.task} query={query} rows={3} marked={({ draft }) => draft}>
      {({ draft, current }) => (
        <>
          <Cards draft={draft} />
          <Approve {...props} draft={draft} all={current} />
          <InsuranceDecline {...props} draft={draft} />
        </>
      )}
    </About>
  );
}

function Cards({ draft }: { readonly draft: Coverage }) {
  const { fhir } = usePortal();
  const cards = cardsOf(draft, useQuery(cardsQuery(fhir)).data?.resources ?? []);
  return cards.flatMap(({ id, content }) =>
    content.map(({ attachment }, i) => <AttachedFile key={`${id} ${i}`} attachment={attachment} />),
  );
}

const insurerOf = ({ payor }: Coverage): string => payor[0]?.display ?? t('Insurance');

interface Props extends ItemProps {
  readonly draft: Coverage;
}

/** What somebody chose already. */
interface Chosen {
  readonly replaces?: string;
  readonly kept?: readonly string[];
}

function Approve({ task, draft, all }: Props & { readonly all: readonly Coverage[] }) {
  const { fhir } = usePortal();
  const by = useBy();
  const [chosen, set, discard] = useDraft<Chosen>(`insurance ${task.id}`, {});
  // Until somebody chose, it follows what was handed in and what is on record, as they are now.
  const isThere = chosen.replaces === '' || all.some((each) => each.id === chosen.replaces);
  const replaces = (isThere ? chosen.replaces : undefined) ?? replacedBy(draft, all)?.id ?? '';
  const setKept = (kept: readonly string[]): void => set({ ...chosen, kept });
  const current = all.find(({ id }) => id === replaces);
  const rows = differences(draft, current);
  const kept = chosen.kept ?? keptAtFirst(rows);
  const id = `approve-${task.id}`;
  const send = useWork(task, {
    name: 'approve',
    what: [replaces, kept],
    words: t('Taken over'),
    act: (identity) =>
      approveInsurance(fhir, task, { by, draft, current, kept: current ? kept : [], identity }),
    onDone: discard,
  });
  useKeys({ a: () => focusOn(id) });
  return (
    <SendForm
      label={t('Take it over')}
      state={send}
      onSend={() => send.mutate()}
      submitId={id}
      submitHint={<Key of="a" />}
    >
      {all.length > 0 && (
        <Select
          id={`replaces-${task.id}`}
          label={t('In the place of')}
          value={replaces}
          onChange={(next) => set({ ...chosen, replaces: next })}
          options={[
            ['', t('None: it is another insurance')] as const,
            ...all.map((each) => [each.id ?? '', insurerOf(each)] as const),
          ]}
        />
      )}
      <SideBySide rows={rows} kept={kept} onKept={setKept} isBeside={current !== undefined} />
      {current && (
        <p>
          <Pill kind="warn">{t('{insurer} is over with it', { insurer: insurerOf(current) })}</Pill>
        </p>
      )}
      {!current &&
        [...new Set(all.map(insurerOf))].map((insurer) => (
          <p key={insurer}>
            <Pill kind="info">{t('{insurer} stays beside it', { insurer })}</Pill>
          </p>
        ))}
    </SendForm>
  );
}

function InsuranceDecline({ draft, ...props }: Props) {
  const { fhir } = usePortal();
  const by = useBy();
  return (
    <Decline
      {...props}
      about="insurance-no"
      label="Decline"
      words="Declined"
      decline={(reason, identity) =>
        declineInsurance(fhir, props.task, { by, draft, reason, topic: t('Insurance'), identity })
      }
    />
  );
}
