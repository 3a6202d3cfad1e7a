/** What reading a search request needs besides its text. */
import type { Coding } from '@wellspring/profiles';

export interface ParseContext {
  /** This server's FHIR base URL. */
  readonly baseUrl: string;
  readonly now: () => number;
  /** Tokens as they are written, in no other case: a condition that a write rests on must mean the one resource. */
  readonly isExact?: boolean;
  /** The codes of a value set that is stored here; undefined for any other. */
  readonly storedValueSet?: (name: string) => readonly Coding[] | undefined;
}
