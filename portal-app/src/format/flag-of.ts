/** The flag of any result: by its laboratory, or where it was measured at home by what is published. The first page has none of those, and few of HL7's codes: flag.ts alone does there. */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { type Flag, flagOfOne, flagOfParts, gravestOf, type Measured, saidBy } from './flag.ts';
import { furtherWords } from './further-flags.ts';
import { homeFlag } from './home-flag.ts';

/** What a meter says of its own value hides nothing either; of two that are as grave the number tells which side it is on (`sideOf`, the advice beside it, goes by it too). */
export function flagOf(observation: Measured): Flag {
  const [home, own] = [homeFlag(observation), flagOfOne(observation, inWords)];
  return gravestOf(home ? [home, own] : [own, flagOfParts(observation, inWords)]);
}

const inWords = (each: CodeableConcept): string | undefined => furtherWords(each) ?? saidBy(each);
