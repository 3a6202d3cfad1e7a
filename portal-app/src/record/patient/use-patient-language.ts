/** Speaks the language that the person prefers by their record, where neither they nor the browser have said one that we speak. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { speak } from '../../i18n/language.ts';
import { browserLanguage, chosenLanguage } from '../../i18n/wished.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { languageOf } from './language.ts';
import { patientQuery } from './use-patient.ts';

export function usePatientLanguage(fhir: Fhir): void {
  const isOwn = fhir.self === `Patient/${fhir.patient}`;
  const isSaid = (chosenLanguage() ?? browserLanguage()) !== undefined;
  const patient = useQuery({ ...patientQuery(fhir), enabled: isOwn && !isSaid }).data;
  const language = patient && !isSaid ? languageOf(patient) : undefined;
  useEffect(() => {
    // Texts that can't be fetched leave the page as it is.
    if (language) void speak(language).catch(() => undefined);
  }, [language]);
}
