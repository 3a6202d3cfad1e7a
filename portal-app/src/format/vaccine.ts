/** Vaccines as a person calls them, by CDC's CVX code; what is not here, or is against several diseases at once, keeps its own name. */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { termName } from './clinical.ts';
import { conceptText } from './words.ts';

/** https://hl7.org/fhir/R4/cvx.html */
const CVX = 'http://hl7.org/fhir/sid/cvx';

/** CVX codes of the vaccines against influenza. */
export const FLU =
  '15 16 88 111 125 126 127 128 135 140 141 144 149 150 151 153 155 158 161 166 168 171 185 186 197 205 231 320 333';

const NAMES: readonly (readonly [name: Text, codes: string])[] = [
  ['Flu vaccine', FLU],
  ['Shingles vaccine', '121 187 188'],
  ['Pneumococcal vaccine', '33 100 109 133 152 215 216 327'],
  ['RSV vaccine', '303 304 305 314 326'],
  ['HPV vaccine', '62 118 137 165'],
  ['Meningococcal ACWY vaccine', '32 108 114 136 147 203'],
  ['Tetanus and diphtheria vaccine (Td)', '9 113 138 139 196'],
  ['Tetanus, diphtheria and whooping cough vaccine (Tdap)', '115'],
  ['Diphtheria, tetanus and whooping cough vaccine (DTaP)', '20 106 107'],
  ['Polio vaccine', '2 10 89'],
  ['Hib vaccine', '17 46 47 48 49'],
  ['Rotavirus vaccine', '74 116 119 122'],
  ['Measles, mumps and rubella vaccine', '3'],
  ['Chickenpox vaccine', '21'],
  ['Hepatitis A vaccine', '31 52 83 84 85'],
  ['Hepatitis B vaccine', '8 42 43 44 45 189 220'],
];

const BY_CODE: ReadonlyMap<string, Text> = new Map(
  NAMES.flatMap(([name, codes]) => codes.split(' ').map((code) => [code, name] as const)),
);

/** Codes are the same with and without the zeros that CVX begins with. */
export const plainCode = (code: string): string => code.replace(/^0+(?=\d)/, '');

/** The plain name where we have one, else the record's. */
export function vaccineName(concept: CodeableConcept | undefined): string {
  const code = concept?.coding?.find(({ system }) => system === CVX)?.code;
  const name = BY_CODE.get(plainCode(code ?? ''));
  return name ? t(name) : conceptText(concept);
}

/** As the terminology has it, for a school or another clinic; undefined where that is the plain name. */
export function officialVaccineName(concept: CodeableConcept | undefined): string | undefined {
  const official = termName(concept);
  return official === vaccineName(concept) ? undefined : official;
}
