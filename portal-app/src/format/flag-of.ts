/** The flag of any result: by its laboratory, or where it was measured at home by what is published. The first page has none of those: flag.ts alone does there. */
import { type Flag, flagOfOne, flagOfParts, gravestOf, type Measured } from './flag.ts';
import { homeFlag } from './home-flag.ts';

/** What a meter says of its own value hides nothing either. */
export const flagOf = (observation: Measured): Flag =>
  gravestOf([flagOfOne(observation), homeFlag(observation) ?? flagOfParts(observation)]);
