/** What a pharmacy or hospital asks for; handed in by the person, with pictures of the card, and confirmed by the clinic. */
import type { Coverage, DocumentReference } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { useFileDraft } from '../../../device/file-draft.ts';
import { FILE_TYPES } from '../../../format/attachment.ts';
import { t } from '../../../i18n/text.ts';
import {
  cardsOf,
  cardsQuery,
  coveragesQuery,
  handIn,
  isWaiting,
  shown,
  takeBack,
} from '../../../record/insurance/insurance.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction, useSend } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { FileField } from '../../../ui/file-field.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { InsuranceFacts } from '../../../views/InsuranceFacts.tsx';

export function InsuranceCard() {
  const { fhir } = usePortal();
  const query = useQuery(coveragesQuery(fhir));
  const cards = useQuery(cardsQuery(fhir)).data?.resources ?? [];
  const [isAdding, setAdding] = useState(false);
  return (
    <Card title={t('Insurance')}>
      <Loaded query={query}>
        {({ resources }) => {
          const coverages = shown(resources);
          return coverages.length === 0 ? (
            <EmptyState>
              {t('No insurance is on record. Add it here, or bring your card to the next visit.')}
            </EmptyState>
          ) : (
            coverages.map((each) => <One key={each.id} coverage={each} cards={cardsOf(each, cards)} />)
          );
        }}
      </Loaded>
      {isAdding ? (
        <Add onDone={() => setAdding(false)} />
      ) : (
        fhir.offers('Coverage', 'create') && (
          <p>
            <button type="button" className="button secondary" onClick={() => setAdding(true)}>
              {t('Add or replace insurance')}
            </button>
          </p>
        )
      )}
    </Card>
  );
}

function One({
  coverage,
  cards,
}: {
  readonly coverage: Coverage;
  readonly cards: readonly DocumentReference[];
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const back = useAction({
    act: () => takeBack(fhir, coverage),
    onSettled: () => refresh('coverage'),
  });
  return (
    <>
      {isWaiting(coverage) && (
        <p>
          <Pill kind="warn">{t('Waiting for the clinic')}</Pill>
        </p>
      )}
      <InsuranceFacts coverage={coverage} />
      {cards.flatMap((each) =>
        each.content.map(({ attachment }) => <AttachedFile key={each.id} attachment={attachment} />),
      )}
      {isWaiting(coverage) && (
        <AskedAction
          action={back}
          label={t('Take it back')}
          follows={t(
            'The clinic does not look at it. To have it looked at after all, hand it in again, with its pictures.',
          )}
        />
      )}
    </>
  );
}

function Add({ onDone }: { readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [details, setDetails, discardWords] = useDraft('insurance', { insurer: '', member: '', group: '' });
  const [front, setFront] = useFileDraft('insurance front');
  const [back, setBack] = useFileDraft('insurance back');
  const done = (): void => {
    discardWords();
    setFront(undefined);
    setBack(undefined);
    onDone();
  };
  const add = useSend({
    form: 'insurance',
    what: { details, front, back },
    send: (identity) =>
      handIn(
        fhir,
        details,
        [front, back].flatMap((each) => each ?? []),
        identity,
      ),
    onSuccess: done,
    onSettled: () => refresh('coverage', 'insurance-cards'),
  });
  return (
    <SendForm label={t('Hand it in')} state={add} onSend={() => add.mutate()} onCancel={done}>
      <TextField
        id="insurer"
        label={t('Insurer')}
        value={details.insurer}
        onChange={(insurer) => setDetails({ ...details, insurer })}
        required
      />
      <TextField
        id="member"
        label={t('Member number')}
        value={details.member}
        onChange={(member) => setDetails({ ...details, member })}
        required
      />
      <TextField
        id="group"
        label={t('Group number (optional)')}
        value={details.group}
        onChange={(group) => setDetails({ ...details, group })}
      />
      <FileField
        id="front"
        label={t('Front of the card (optional)')}
        hint={t('A photo, or a PDF of up to 1 MB.')}
        accept={FILE_TYPES}
        file={front}
        onChange={setFront}
      />
      <FileField
        id="back"
        label={t('Back of the card (optional)')}
        hint={t('A photo, or a PDF of up to 1 MB.')}
        accept={FILE_TYPES}
        file={back}
        onChange={setBack}
      />
      <p className="muted">{t('The clinic looks at it before it counts.')}</p>
    </SendForm>
  );
}
