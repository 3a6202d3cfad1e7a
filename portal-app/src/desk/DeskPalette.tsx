/** From anywhere: patients by what is typed, and every action that can be done here. Opened by `/`, by Ctrl-K, or by its button. */
import type { Patient } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { formatDate } from '../format/date.ts';
import { failureWords } from '../format/explained.ts';
import { nameText, officialName } from '../format/words.ts';
import { plural, t } from '../i18n/text.ts';
import { recordNumber } from '../record/patient/banner.ts';
import { patientSearchQuery, recentIds, recentPatientsQuery } from '../record/patients/find.ts';
import { folded } from '../record/patients/fit.ts';
import { useSignedIn } from '../smart/SessionProvider.tsx';
import { type Command, useAllCommands } from '../ui/commands.ts';
import { Palette, type PaletteItem } from '../ui/Palette.tsx';
import { actionsOf } from '../ui/page-actions.ts';
import { takeTyped } from '../ui/typed-early.ts';

/** Asked when the typing pauses. */
const PAUSE_MS = 120;
/** Fewer letters would find nearly everybody. */
const LEAST_LETTERS = 2;

export function DeskPalette({ onClose }: { readonly onClose: () => void }) {
  const { fhir } = useSignedIn();
  const [text, setText] = useState('');
  // Drawn before the next key: one that came first would be a text of its own, and the letters before it lost.
  useLayoutEffect(() => setText(takeTyped()), []);
  const asked = usePaused(text.trim());
  const recent = useMemo(() => recentIds(), []);
  const isAsking = text.trim().length >= LEAST_LETTERS;
  const found = useQuery(patientSearchQuery(fhir, asked.length >= LEAST_LETTERS ? asked : ''));
  const lately = useQuery(recentPatientsQuery(fhir, recent));
  const patients = useItems((isAsking ? found.data : lately.data) ?? []);
  // Those of the page as it was when this was opened above it.
  const ofPage = useMemo(() => actionsOf(document.querySelector('main') ?? document.body), []);
  const offered = ofPage.filter(({ isKeyed }) => isKeyed || isAsking);
  const commands = [...offered, ...useAllCommands()].filter((each) => isMeant(each, text));
  return (
    <Palette
      label={t('Find a patient, or something to do')}
      hint={t('Name, birth date, record number, phone, or what to do')}
      text={text}
      onText={setText}
      groups={[
        { title: t(isAsking ? 'Patients' : 'Opened last'), items: patients },
        { title: t('What can be done here'), items: commands },
      ]}
      status={statusOf(isAsking, found, patients.length, asked === text.trim())}
      onClose={onClose}
    />
  );
}

function statusOf(
  isAsking: boolean,
  { error, isFetching }: { readonly error: Error | null; readonly isFetching: boolean },
  count: number,
  isSettled: boolean,
): string {
  if (!isAsking) return t('Type two letters or more to find a patient.');
  if (error) return failureWords(error);
  if (isFetching || !isSettled) return t('Looking…');
  return count === 0
    ? t('No patient that you may open fits this.')
    : plural(count, '1 found', '{count} found');
}

function useItems(patients: readonly Patient[]): readonly PaletteItem[] {
  const navigate = useNavigate();
  return patients.map((patient) => ({
    id: `patient ${patient.id}`,
    label: nameText(officialName(patient)),
    about: aboutPatient(patient),
    run: () => void navigate(`/patients/${patient.id}`),
  }));
}

/** What tells two of the same name apart. */
function aboutPatient(patient: Patient): string {
  const phone = patient.telecom?.find(({ system }) => system === 'phone' || system === 'sms')?.value;
  const born = patient.birthDate && t('born {date}', { date: formatDate(patient.birthDate) });
  return [born, recordNumber(patient), phone].filter(Boolean).join(' · ');
}

/** Each word that was typed is in it. */
function isMeant({ label, about = '' }: Command, text: string): boolean {
  const words = folded(`${label} ${about}`);
  return folded(text)
    .split(/\s+/)
    .every((each) => words.includes(each));
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
