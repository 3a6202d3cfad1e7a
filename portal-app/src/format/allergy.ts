/** What an allergy is to, and what it does, the gravest first (https://hl7.org/fhir/R4/allergyintolerance.html): its code may be left out where the reactions name a substance. */
import type { AllergyIntolerance, CodeableConcept } from '@medplum/fhirtypes';

type Allergy = Pick<AllergyIntolerance, 'code' | 'reaction'>;
type Words = (concept: CodeableConcept | undefined) => string;

/** `words`: as patients are told, or as clinicians say it. */
export function allergyName({ code, reaction = [] }: Allergy, words: Words): string {
  const substances = reaction.flatMap(({ substance }) => (substance ? [words(substance)] : []));
  return code || substances.length === 0 ? words(code) : [...new Set(substances)].join(', ');
}

const SEVERITIES: readonly (string | undefined)[] = ['severe', 'moderate', 'mild'];

/** One that says nothing comes last. */
const rank = (severity: string | undefined): number => (SEVERITIES.indexOf(severity) + 4) % 4;

export const byGravity = ({ reaction = [] }: Allergy): NonNullable<Allergy['reaction']> =>
  reaction.toSorted((a, b) => rank(a.severity) - rank(b.severity));

/** Each sign once. */
export function signsOf(allergy: Allergy, words: Words): string {
  const signs = byGravity(allergy).flatMap(({ manifestation = [] }) => manifestation.map(words));
  return [...new Set(signs)].join(', ');
}
