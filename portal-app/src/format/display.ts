/** What a terminology calls a thing, as a person would. */
import { type Text, t } from '../i18n/text.ts';
import { lookUp } from './table.ts';

/** SNOMED CT's semantic tags say to what kind of concept a name belongs: for machines and their makers. Its Spanish edition has its own. */
const TAG =
  /(?:\s*\((?:disorder|finding|procedure|situation|observable entity|substance|product|medicinal product(?: form)?|clinical drug|physical object|morphologic abnormality|(?:body|cell) structure|organism|regime\/therapy|(?:severity )?modifier|qualifier value|event|person|occupation|record artifact|assessment scale|environment|social concept|cell|specimen|tumor staging|geographic location|religion\/philosophy|(?:racial|ethnic) group|life style|physical force|attribute|context-dependent category|trastorno|hallazgo|procedimiento|situación|entidad observable|sustancia|producto(?: medicinal)?|objeto físico|estructura corporal|organismo|régimen\/tratamiento|calificador|evento|persona)\))+\s*$/i;

/** By the name without its tag, in small letters. */
const PLAIN: Readonly<Record<string, Text>> = {
  'eruption of skin': 'Skin rash',
  wheal: 'Hives',
  urticaria: 'Hives',
  dyspnea: 'Shortness of breath',
  pruritus: 'Itching',
  'essential hypertension': 'High blood pressure',
  'hypertensive disorder': 'High blood pressure',
  'myocardial infarction': 'Heart attack',
  'cerebrovascular accident': 'Stroke',
};

/** `Essential hypertension (disorder)` → `Essential hypertension`. */
export const withoutTag = (name: string): string => name.replace(TAG, '') || name;

export function plainDisplay(name: string): string {
  const bare = withoutTag(name);
  const key = bare.trim().toLowerCase();
  const plain = lookUp(PLAIN, key);
  if (plain) return t(plain);
  if (/^(covid-19|sars-cov-2|sars-cov-2 \(covid-19\))\b.*(vaccine|mrna|lnp|rs-)/i.test(bare))
    return t('COVID-19 vaccine');
  return bare;
}
