/** What kind of visit it was by its class alone (http://terminology.hl7.org/CodeSystem/v3-ActCode, ActEncounterCode), as a person says it. */
import type { Coding } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { capital } from './clinical.ts';
import { lookUp } from './table.ts';

const CLASSES: Readonly<Record<string, Text>> = {
  AMB: 'Visit to the clinic',
  EMER: 'Emergency care',
  FLD: 'Visit on the spot',
  HH: 'Visit at home',
  IMP: 'Hospital stay',
  ACUTE: 'Hospital stay',
  NONAC: 'Hospital stay',
  OBSENC: 'Hospital stay for observation',
  PRENC: 'Before a hospital stay',
  SS: 'Short stay in hospital',
  VR: 'Visit by video or phone',
};

/** undefined: it says none that is known, and has no name for it. */
export function visitClass({ code, display }: Coding): string | undefined {
  const words = lookUp(CLASSES, code);
  return words ? t(words) : display && capital(display);
}
