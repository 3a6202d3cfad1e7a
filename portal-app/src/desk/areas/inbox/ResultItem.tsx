/** A result that waits: the values with what went before; released with or without words, or withheld for a lawful reason. */
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { dayLater, today } from '../../../format/clinic-clock.ts';
import { formatDate } from '../../../format/date.ts';
import { FieldProblem, requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import {
  isWithheld,
  REASONS,
  type Results,
  releaseLater,
  releaseResult,
  withholdResult,
} from '../../../record/work/result.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Select, SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { Pill } from '../../../ui/parts.tsx';
import { RadioList } from '../../../ui/RadioList.tsx';
import { focusItem, focusOn, type ItemProps, Key, openAt, QuickTexts } from './parts.tsx';
import { ReportOf } from './ReportOf.tsx';
import { useWork } from './use-work.ts';

export function ResultItem(props: ItemProps) {
  return (
    <ReportOf task={props.task}>
      {(found) => (
        <>
          <Withheld found={found} />
          <Release {...props} found={found} />
          <Withhold {...props} found={found} />
        </>
      )}
    </ReportOf>
  );
}

/** Who decided to keep it decided about what it said then. */
function Withheld({ found: { report } }: { readonly found: Results }) {
  if (!isWithheld(report)) return null;
  return <p>{t('The patient sees none of this version until you decide.')}</p>;
}

interface Props extends ItemProps {
  readonly found: Results;
}

/** Of the choices of days: none of those named. */
const OTHER = 'other';

/** What is kept of it until it is sent: with the words also when they are to be read. */
const NOW = { comment: '', when: '', other: '' };

const dayFromNow = (days: number): string => dayLater(today(), days);

function Release({ task, patient, found }: Props) {
  const { fhir } = usePortal();
  const by = useBy();
  const [{ comment, when, other }, set, discard] = useDraft(`release ${task.id}`, NOW);
  const change = (part: Partial<typeof NOW>): void => set({ comment, when, other, ...part });
  const day = when === OTHER ? other : when;
  // A day that was chosen on an earlier one stands by its name: it is never "now".
  const days = [...new Set([...[1, 2, 3, 7].map(dayFromNow), ...(when === OTHER ? [] : [when])])]
    .filter(Boolean)
    .sort();
  const id = `release-${task.id}`;
  const send = useWork(task, {
    name: 'release',
    what: [comment, when, day],
    words: day ? t('Will be released on {date}', { date: formatDate(day) }) : t('Released'),
    act: async (identity) => {
      if (when === '') return releaseResult(fhir, task, { by, found, comment, identity });
      requireRight(
        when === OTHER ? `day-${task.id}` : `when-${task.id}`,
        day <= today() && 'Please choose a day that is to come.',
      );
      return releaseLater(fhir, task, { by, found, comment, day, identity });
    },
    onDone: discard,
  });
  useKeys({ a: () => focusOn(id), r: () => focusOn(`comment-${task.id}`) });
  return (
    <SendForm
      label={day ? t('Release on {date}', { date: formatDate(day) }) : t('Release to the patient')}
      state={send}
      onSend={() => send.mutate()}
      submitId={id}
      submitHint={<Key of="a" />}
    >
      {task.status === 'on-hold' && (
        <p>
          <Pill kind="info">
            {t('Will be released on {date}', { date: formatDate(task.executionPeriod?.start) })}
          </Pill>
        </p>
      )}
      <QuickTexts about="result" patient={patient} into={`comment-${task.id}`} />
      <TextArea
        id={`comment-${task.id}`}
        label={t('Comment for the patient (optional)')}
        rows={3}
        value={comment}
        onChange={(words) => change({ comment: words })}
      />
      <Select
        id={`when-${task.id}`}
        label={t('When?')}
        value={when}
        onChange={(chosen) => change({ when: chosen })}
        options={[
          ['', t('Now')] as const,
          ...days.map((each) => [each, formatDate(each)] as const),
          [OTHER, t('Another day')] as const,
        ]}
      />
      {when === OTHER && (
        <TextField
          id={`day-${task.id}`}
          type="date"
          label={t('Which day?')}
          value={other}
          onChange={(named) => change({ other: named })}
          required
        />
      )}
    </SendForm>
  );
}

function Withhold({ task, found }: Props) {
  const { fhir } = usePortal();
  const by = useBy();
  const id = `withhold-${task.id}`;
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState<string>();
  const send = useWork(task, {
    name: 'withhold',
    what: reason ?? '',
    words: t('Withheld'),
    act: async (identity) => {
      const words = reason === undefined ? undefined : REASONS[reason];
      if (!words) throw new FieldProblem({ [id]: t('Please choose a reason.') });
      return withholdResult(fhir, task, { by, found, comment: '', reason: t(words), identity });
    },
  });
  const open = (): void => openAt(() => setOpen(true), `${id}-0`);
  useKeys({ d: open });
  if (!isOpen)
    return (
      <button type="button" className="button secondary" aria-keyshortcuts="d" onClick={open}>
        {t('Withhold')} <Key of="d" />
      </button>
    );
  return (
    <SendForm
      label={t('Withhold from the patient')}
      state={send}
      onSend={() => send.mutate()}
      onCancel={() => {
        setOpen(false);
        focusItem();
      }}
    >
      <p>{t('A result may be kept from a patient for one of these reasons only. Colleagues see it.')}</p>
      <RadioList
        id={id}
        legend={t('Reason')}
        options={Object.entries(REASONS).map(([code, words]) => [code, t(words)] as const)}
        value={reason}
        onChange={setReason}
      />
    </SendForm>
  );
}
