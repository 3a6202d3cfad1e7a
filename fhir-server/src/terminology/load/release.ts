/** A release of a code system as a loader sees it: parts, each a stream of records that become rows. */
import type { PropertyRow, Rows, SystemHead } from '../tables/tables.ts';

export interface Part {
  /** For messages. */
  readonly name: string;
  /** One item for each record of the file, in its order, the same each time it is read. */
  records(): AsyncIterable<Rows>;
}

export interface Release extends SystemHead {
  readonly parts: readonly Part[];
}

/** What is named on the command line, over what the release says. */
export interface Named {
  readonly url?: string;
  readonly version?: string;
}

/** Something is not as its format has it, in one clear line. */
export class ReleaseError extends Error {}

export const property = (
  code: string,
  name: string,
  value: string,
  kind: PropertyRow['kind'] = 'string',
): PropertyRow => ({ code, name, kind, value });
