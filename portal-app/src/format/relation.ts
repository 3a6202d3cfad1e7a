/** What somebody is to the patient, in a word of the reader's language where the record has a code for it; else in its own words. */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { lookUp } from './table.ts';
import { conceptText } from './words.ts';

/** https://terminology.hl7.org/CodeSystem-v3-RoleCode.html */
const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';

const RELATIONS: Readonly<Record<string, Text>> = {
  PRN: 'parent',
  MTH: 'mother',
  NMTH: 'mother',
  FTH: 'father',
  NFTH: 'father',
  GUARD: 'guardian',
  CHILD: 'child',
  SON: 'son',
  SONC: 'son',
  DAU: 'daughter',
  DAUC: 'daughter',
  SPS: 'spouse',
  HUSB: 'husband',
  WIFE: 'wife',
  DOMPART: 'partner',
  SIB: 'brother or sister',
  BRO: 'brother',
  SIS: 'sister',
  GRPRN: 'grandparent',
  GRMTH: 'grandmother',
  GRFTH: 'grandfather',
  AUNT: 'aunt',
  UNCLE: 'uncle',
  FRND: 'friend',
  NBOR: 'neighbor',
};

export function relationWords(concept: CodeableConcept): string {
  const code = concept.coding?.find(({ system }) => system === ROLE_CODE)?.code;
  const words = lookUp(RELATIONS, code);
  return words ? t(words) : conceptText(concept);
}
