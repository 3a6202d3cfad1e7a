/** A new visit in a free time: who, why and how long. */
import type { Patient, Slot } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDate, timeOf } from '../../../format/date.ts';
import { Explained } from '../../../format/explained.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { recordNumber } from '../../../record/patient/banner.ts';
import { patientSearchQuery } from '../../../record/patients/find.ts';
import { bookVisit } from '../../../record/schedule/changes.ts';
import { runFrom } from '../../../record/schedule/day.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Select, SendForm, TextField } from '../../../ui/form.tsx';
import styles from './schedule.module.css';
import { useRun } from './use-run.ts';

const LEAST_LETTERS = 2;
const MOST = 5;
const MINUTE_MS = 60_000;

/** `patient`: known already, by id. */
export function BookForm({
  first,
  slots,
  patient: known,
  onDone,
}: {
  readonly first: Slot;
  readonly slots: readonly Slot[];
  readonly patient?: string;
  readonly onDone: () => void;
}) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const lengths = lengthsFrom(slots, first);
  const runOf = useRun(slots, first);
  const [patient, setPatient] = useState(known);
  const [why, setWhy] = useState('');
  const [minutes, setMinutes] = useState(String(lengths[0] ?? 0));
  const book = useAction({
    act: async () => {
      const run = runOf(Number(minutes));
      if (!patient) throw new Explained(t('Please choose the patient.'));
      if (!run) throw new Explained(t('This time is no longer free. Please choose another.'));
      return bookVisit(fhir, run, { patient, why });
    },
    onSettled: () => refresh('schedule', 'appointments'),
    onSuccess: onDone,
  });
  return (
    <SendForm label={t('Book')} state={book} onSend={() => book.mutate()}>
      {known === undefined && <Who chosen={patient} onChoose={setPatient} />}
      <TextField id="book-why" label={t('What for')} required value={why} onChange={setWhy} />
      {lengths.length > 1 && (
        <Select
          id="book-length"
          label={t('How long')}
          value={minutes}
          onChange={setMinutes}
          options={lengths.map((each) => [String(each), t('{count} minutes', { count: each })] as const)}
        />
      )}
    </SendForm>
  );
}

/** In minutes: one slot, and as many after it as are free. */
function lengthsFrom(slots: readonly Slot[], first: Slot): readonly number[] {
  const one = Math.round((timeOf(first.end) - timeOf(first.start)) / MINUTE_MS);
  return [1, 2, 3, 4].map((count) => count * one).filter((length) => runFrom(slots, first, length));
}

function Who({
  chosen,
  onChoose,
}: {
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}) {
  const { fhir } = useSignedIn();
  const [text, setText] = useState('');
  const asked = text.trim().length >= LEAST_LETTERS ? text.trim() : '';
  const found = useQuery(patientSearchQuery(fhir, asked));
  return (
    <>
      <TextField
        id="book-who"
        label={t('Patient')}
        hint={t('Name, birth date, record number or phone')}
        value={text}
        onChange={(next) => {
          setText(next);
          onChoose(undefined);
        }}
      />
      {asked !== '' && (
        <fieldset className={styles.choices}>
          <legend className="visually-hidden">{t('Patients')}</legend>
          {(found.data ?? []).slice(0, MOST).map((patient) => (
            <label key={patient.id}>
              <input
                type="radio"
                name="book-patient"
                checked={chosen === patient.id}
                onChange={() => onChoose(patient.id)}
              />
              <span>{words(patient)}</span>
            </label>
          ))}
          {found.data?.length === 0 && (
            <p className="muted">{t('No patient that you may open fits this.')}</p>
          )}
        </fieldset>
      )}
    </>
  );
}

const words = (patient: Patient): string =>
  [
    nameText(officialName(patient)),
    patient.birthDate && t('born {date}', { date: formatDate(patient.birthDate) }),
    recordNumber(patient),
  ]
    .filter(Boolean)
    .join(' · ');
