/** One entry of a kept list, with its codes, and what can be done about it: confirm, correct, end, bring back, take back. */
import type { AllergyIntolerance, Condition } from '@medplum/fhirtypes';
import { useRef, useState } from 'react';
import { codesText, termName } from '../../../format/clinical.ts';
import { formatDate } from '../../../format/date.ts';
import { failureWords } from '../../../format/explained.ts';
import { sinceText } from '../../../format/when.ts';
import { t } from '../../../i18n/text.ts';
import { broughtBack, confirmed, putBack, takenBack } from '../../../record/lists/changes.ts';
import { asItWas } from '../../../record/lists/put-back.ts';
import {
  begunInWords,
  conceptOf,
  isCurrent,
  isRefuted,
  isUnsure,
  type Listed,
  nameOf,
  sinceOf,
} from '../../../record/lists/queries.ts';
import { howTaken } from '../../../record/medicines/how-taken.ts';
import { stateWords } from '../../../record/medicines/state.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Asked } from '../../../ui/asked.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Pill } from '../../../ui/parts.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { CorrectForm, EndForm } from './EntryForms.tsx';
import styles from './patient.module.css';
import { useEntryChange, useOpened } from './use-entry-change.ts';

type Doing = 'nothing' | 'choosing' | 'ending' | 'correcting';

export function ListEntry({ entry }: { readonly entry: Listed }) {
  const [doing, setDoing] = useState<Doing>('nothing');
  const done = (): void => setDoing('nothing');
  const name = nameOf(entry);
  return (
    <li key={entry.id} className={styles.listed}>
      <div className={styles.entry}>
        <div className={styles.entryHead}>
          <strong>{name}</strong>
          <States entry={entry} />
          <KeptPill of={entry} />
        </div>
        <span>{detailOf(entry)}</span>
        <span className="muted">
          {[datesText(entry), codesText(conceptOf(entry))].filter(Boolean).join(' · ')}
        </span>
        {doing === 'ending' && <EndForm entry={entry} onDone={done} />}
        {doing === 'correcting' && isDiagnosed(entry) && <CorrectForm entry={entry} onDone={done} />}
      </div>
      {doing === 'nothing' && (
        <Button
          isOff={false}
          className="button quiet"
          aria-expanded={false}
          onClick={() => setDoing('choosing')}
        >
          {t('Change')}
          <span className="visually-hidden">: {name}</span>
        </Button>
      )}
      {doing === 'choosing' && <Choices entry={entry} onDoing={setDoing} />}
    </li>
  );
}

/** What was marked as entered in error, and by whoever made that mistake is put back. */
export function WithdrawnEntry({ entry: newest }: { readonly entry: Listed }) {
  const { fhir } = usePortal();
  const [entry, catchUp] = useOpened(newest);
  return (
    <li className={styles.listed}>
      <div className={styles.entry}>
        <div className={styles.entryHead}>
          <strong>{nameOf(entry)}</strong>
          <KeptPill of={entry} />
        </div>
        <span>{detailOf(entry)}</span>
        <span className="muted">
          {[datesText(entry), codesText(conceptOf(entry))].filter(Boolean).join(' · ')}
        </span>
      </div>
      <Once
        entry={entry}
        catchUp={catchUp}
        label={t('Put it back')}
        change={async () => putBack(entry, await asItWas(fhir, entry))}
        onDone={() => undefined}
      />
    </li>
  );
}

const isDiagnosed = (entry: Listed): entry is AllergyIntolerance | Condition =>
  entry.resourceType === 'Condition' || entry.resourceType === 'AllergyIntolerance';

/** Each by one press, or the form that it needs; of the entry as it was when they were opened: what a colleague changes meanwhile was not looked at. */
function Choices({
  entry: newest,
  onDoing,
}: {
  readonly entry: Listed;
  readonly onDoing: (doing: Doing) => void;
}) {
  const [entry, catchUp] = useOpened(newest);
  const { fhir } = usePortal();
  const choices = useRef<HTMLFieldSetElement>(null);
  useReturnFocus(choices);
  const [isTakingOut, setTakingOut] = useState(false);
  const done = (): void => onDoing('nothing');
  const takeOut = useEntryChange(() => takenBack(entry), { onDone: done, catchUp });
  const current = isCurrent(entry) && !isRefuted(entry);
  if (isTakingOut)
    return (
      <Asked label={t('Yes, it was never true')} action={takeOut} onCancel={done}>
        {t(
          'It was never true of this person: it stands in no list, and is found under “Taken out as entered in error”.',
        )}
      </Asked>
    );
  return (
    <fieldset ref={choices} tabIndex={-1} className={styles.choices}>
      <legend className="visually-hidden">{t('Change {name}', { name: nameOf(entry) })}</legend>
      {isDiagnosed(entry) && isUnsure(entry) && (
        <Once
          entry={entry}
          catchUp={catchUp}
          label={t('Confirm')}
          change={() => confirmed(entry)}
          onDone={done}
        />
      )}
      {current && isDiagnosed(entry) && (
        <button type="button" className="button quiet" onClick={() => onDoing('correcting')}>
          {t('Correct')}
        </button>
      )}
      {current ? (
        <button type="button" className="button quiet" onClick={() => onDoing('ending')}>
          {t('End')}
        </button>
      ) : (
        <Once
          entry={entry}
          catchUp={catchUp}
          label={t('Is current again')}
          change={async () => broughtBack(entry, await asItWas(fhir, entry, isCurrent))}
          onDone={done}
        />
      )}
      <button type="button" className="button quiet" onClick={() => setTakingOut(true)}>
        {t('Entered in error')}
      </button>
      <button type="button" className="button quiet" onClick={done}>
        {t('Cancel')}
      </button>
    </fieldset>
  );
}

function Once({
  entry,
  catchUp,
  label,
  change,
  onDone,
}: {
  readonly entry: Listed;
  readonly catchUp: () => void;
  readonly label: string;
  readonly change: () => Listed | Promise<Listed>;
  readonly onDone: () => void;
}) {
  const save = useEntryChange(change, { onDone, catchUp });
  return (
    <>
      <Button className="button quiet" isOff={save.isPending} onClick={() => save.mutate()}>
        {label}
        <span className="visually-hidden">: {nameOf(entry)}</span>
      </Button>
      {save.error && <p role="alert">{failureWords(save.error)}</p>}
    </>
  );
}

function States({ entry }: { readonly entry: Listed }) {
  return (
    <>
      {isUnsure(entry) && <Pill kind="warn">{t('Not confirmed')}</Pill>}
      {isRefuted(entry) && <Pill kind="plain">{t('Refuted')}</Pill>}
      {'criticality' in entry && entry.criticality === 'high' && <Pill kind="bad">{t('High risk')}</Pill>}
      {entry.resourceType === 'MedicationStatement' && isOwnWord(entry.informationSource?.reference) && (
        <Pill kind="info">{t('Said by the patient')}</Pill>
      )}
      {'doNotPerform' in entry && entry.doNotPerform && <Pill kind="bad">{stateWords(entry)}</Pill>}
      {'status' in entry && entry.status === 'on-hold' && <Pill kind="warn">{t('On hold')}</Pill>}
    </>
  );
}

const isOwnWord = (reference: string | undefined): boolean =>
  /^(Patient|RelatedPerson)\//.test(reference ?? '');

/** What a clinician wants to know beside the name. */
function detailOf(entry: Listed): string {
  switch (entry.resourceType) {
    case 'Condition':
      return [entry.severity && termName(entry.severity), entry.note?.at(-1)?.text]
        .filter(Boolean)
        .join(' · ');
    case 'AllergyIntolerance':
      return (entry.reaction ?? [])
        .map(({ manifestation, severity }) =>
          [(manifestation ?? []).map(termName).join(', '), severity].filter(Boolean).join(', '),
        )
        .join('; ');
    default:
      return howTaken(entry);
  }
}

function datesText(entry: Listed): string {
  const since = sinceOf(entry);
  const words = begunInWords(entry) ?? (since === undefined ? '' : sinceText(since));
  const end =
    entry.resourceType === 'Condition'
      ? entry.abatementDateTime
      : entry.resourceType === 'MedicationStatement'
        ? entry.effectivePeriod?.end
        : undefined;
  return end === undefined ? words : [words, t('over since {date}', { date: formatDate(end) })].join(', ');
}
