/** Who somebody of a care team is, as a person calls it: by the codes that care teams use (SNOMED CT, NUCC), else as it was written. */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { locale } from '../i18n/language.ts';
import { type Text, t } from '../i18n/text.ts';
import { relationWords } from './relation.ts';
import { conceptText } from './words.ts';

/** NUCC numbers what is more special within a field behind the same letters. */
const ROLES: readonly (readonly [Text, RegExp])[] = [
  ['Primary care', /^(453231000124104|446050000|59058001|207Q.*|208D.*|207R00000X)$/],
  ['Doctor', /^(309343006|158965000|112247003)$/],
  ['Cardiology', /^(17561000|207RC.*)$/],
  ['Diabetes and endocrinology', /^(61894003|207RE.*)$/],
  ['Rheumatology', /^(45440000|207RR.*)$/],
  ['Women’s health', /^(11935004|309367003|207V.*)$/],
  ['Children and teenagers', /^(82296001|2080.*)$/],
  ['Care nurse', /^(106292003|224535009|163W.*|164.*)$/],
  ['Pharmacist', /^(46255001|1835.*)$/],
  ['Dietitian', /^(159033005|133V.*)$/],
  ['Coordinator of care', /^(768820003|768821004)$/],
  ['Physiotherapist', /^(36682004|2251.*)$/],
  ['Social worker', /^(106328005|1041.*)$/],
  ['Carer', /^(133932002|407542009|407543004)$/],
];

/** What the clinic wrote is in English: it is said as it is where that is read, and by its code elsewhere. */
export function careRole(concept: CodeableConcept): string {
  const { text, coding = [] } = concept;
  if (text && locale().startsWith('en')) return conceptText(concept);
  const codes = coding.flatMap(({ code }) => code ?? []);
  const [role] = ROLES.find(([, pattern]) => codes.some((code) => pattern.test(code))) ?? [];
  return role ? t(role) : relationWords(concept);
}
