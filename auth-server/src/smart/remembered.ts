/**
 * What somebody has allowed an app, over all that it has asked for: what it asks less of one day stays allowed until it is withdrawn. A grant is only ever made of what is
 * asked for in its own launch.
 */
import { covers, parseClinicalScope } from './scope.ts';

export interface Consent {
  /** What they were asked for. */
  readonly asked: readonly string[];
  readonly granted: readonly string[];
}

/** A decision takes the place of each earlier one that it touches, also in other words: whoever declines all readings has declined those of a category. */
export function withDecision(before: Consent | undefined, now: Consent): Consent {
  const isOpen = (word: string): boolean => !now.asked.some((each) => touches(each, word));
  return {
    asked: [...now.asked, ...(before?.asked ?? []).filter(isOpen)],
    granted: [...now.granted, ...(before?.granted ?? []).filter(isOpen)],
  };
}

/** What these words open of what was allowed; undefined: of one of them nothing was decided. What was declined is not asked for again in the same words. */
export function allowedOf({ asked, granted }: Consent, words: readonly string[]): string[] | undefined {
  const isAllowed = (word: string): boolean => granted.some((wide) => covers(wide, word));
  if (!words.every((word) => asked.includes(word) || isAllowed(word))) return undefined;
  return [
    ...new Set(
      words.flatMap((word) => (isAllowed(word) ? word : granted.filter((narrow) => covers(word, narrow)))),
    ),
  ];
}

/** Whether both open some of the same, whatever they filter by. */
function touches(one: string, other: string): boolean {
  const a = parseClinicalScope(one);
  const b = parseClinicalScope(other);
  if (!a || !b) return one === other;
  return (
    a.level === b.level &&
    (a.type === '*' || b.type === '*' || a.type === b.type) &&
    [...a.interactions].some((letter) => b.interactions.includes(letter))
  );
}
