/** What reading a search request needs besides its text. */
import type { Coding } from '@wellspring/profiles';

export interface ParseContext {
  /** This server's FHIR base URL. */
  readonly baseUrl: string;
  readonly now: () => number;
  /** The codes of a value set that is stored here; undefined for any other. */
  readonly storedValueSet?: (name: string) => readonly Coding[] | undefined;
}
