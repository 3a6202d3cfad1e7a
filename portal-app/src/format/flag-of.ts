/** The flag of any result: by its laboratory, or where it was measured at home by what is published. The first page has none of those: flag.ts alone does there. */
import { type Flag, flagOfOne, flagOfParts, type Measured } from './flag.ts';
import { homeFlag } from './home-flag.ts';

export function flagOf(observation: Measured): Flag {
  const own = flagOfOne(observation);
  return own.kind === 'none' ? (homeFlag(observation) ?? flagOfParts(observation)) : own;
}
