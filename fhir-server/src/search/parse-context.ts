/** What reading a search request needs besides its text. */
import type { Coding } from '@wellspring/profiles';
import type { LeadsOn } from './leads-on.ts';
import type { SearchBudget } from './query-budget.ts';

export interface ParseContext {
  /** This server's FHIR base URL. */
  readonly baseUrl: string;
  readonly now: () => number;
  /** Tokens as they are written, in no other case: a condition that a write rests on must mean the one resource. */
  readonly isExact?: boolean;
  /** What token modifiers stand for, where more is known than the definitions say; throws UnknownCodes for what was not looked up yet. */
  readonly codeSets?: CodeSets;
  /**
   * How values compare, where that is not as a search parameter's do (filter.ts): strings as a `whole` or at their `ends`; a value that `differs` from the one that is asked for; a time that
   * `overlaps` with it.
   */
  readonly compare?: 'whole' | 'ends' | 'differs' | 'overlaps';
  /** At the end of a chain: the reference that was followed last. What it leads to may be contained, and is indexed with what holds it (contained.ts). */
  readonly followed?: { readonly type: string; readonly param: string } | undefined;
  readonly budget: SearchBudget;
  readonly leadsOn: LeadsOn;
  /** Throws where what is asked may not look at resources of the type: before the hop is read. */
  readonly requireType?: (type: string) => void;
}

/** Where codes are looked for: of what many stand for, it is enough to know those that are there. */
export interface Sought {
  readonly places: readonly { readonly type: string; readonly param: string }[];
  /** Systems of what is stored without one. */
  readonly systems: readonly string[];
}

export interface CodeSets {
  /** The codings of a value set, of a large one those that are where they are looked for; a text says why it can't be listed. */
  inSet(name: string, sought: Sought): readonly Coding[] | string;
  /** The code, and what its system says stands below or above it; of many, as of a set. */
  hierarchy(
    system: string,
    code: string,
    direction: 'below' | 'above',
    sought: Sought,
  ): readonly string[] | string;
  /** Whether the system is known to be case-sensitive; undefined: that is not known, and codes of it match in any case. */
  caseOf(system: string): boolean | undefined;
}
