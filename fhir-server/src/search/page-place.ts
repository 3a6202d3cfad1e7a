/** Where a page of a search begins: what `next` and `previous` links carry, opaque to clients (https://hl7.org/fhir/R4/search.html#paging). */
import { invalid } from '@wellspring/profiles';
import type { Cursor } from './query.ts';

/** Among what one match includes: how many steps away from it, by which question, after which of its answers (interactions/include.ts). */
export interface IncludePlace {
  readonly round: number;
  readonly step: string;
  readonly after: Cursor;
}

export interface PagePlace {
  /** undefined: from the beginning; or, where `rest` goes on, nothing comes after it. */
  readonly after: Cursor | undefined;
  /** The page that ends right before `after`. */
  readonly backward: boolean;
  /** First what this match (`Type/id`) includes besides what the page before held. */
  readonly rest: (IncludePlace & { readonly match: string }) | undefined;
}

export const BEGINNING: PagePlace = Object.freeze({ after: undefined, backward: false, rest: undefined });

export const placeAfter = (after: Cursor): PagePlace => ({ ...BEGINNING, after });
export const placeBefore = (after: Cursor): PagePlace => ({ ...BEGINNING, after, backward: true });

/** Where the pages beside one begin that was asked for with `after` and `backward`. `positions`: of what it shows; `next`: of where its walk goes on. */
export function placesBeside(
  { after, backward }: { readonly after?: Cursor | undefined; readonly backward: boolean },
  { positions, next }: { readonly positions: readonly Cursor[]; readonly next: Cursor | undefined },
): { readonly previous: PagePlace | undefined; readonly next: PagePlace | undefined } {
  const begin = backward ? next : after && positions[0];
  const end = backward ? positions.at(-1) : next;
  return { previous: begin && placeBefore(begin), next: end && placeAfter(end) };
}

/** How a place is written: a list is the place after it, the other kinds are objects. */
interface Written {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly rest?: {
    readonly match?: unknown;
    readonly round?: unknown;
    readonly step?: unknown;
    readonly at?: unknown;
  };
}

export function placeText({ after, backward, rest }: PagePlace): string {
  if (backward) return encoded({ before: after });
  if (!rest) return encoded(after);
  const { match, round, step, after: at } = rest;
  return encoded({ ...(after ? { after } : {}), rest: { match, round, step, at } });
}

/** JSON knows no infinity, and what has no beginning or end (an open Period, `< 5 mg`) is sorted by one: written as null it would be taken for what has no value. */
const encoded = (value: unknown): string =>
  Buffer.from(
    JSON.stringify(value, (_, each: unknown) =>
      each === Number.POSITIVE_INFINITY || each === Number.NEGATIVE_INFINITY
        ? { endless: Math.sign(each) }
        : each,
    ),
  ).toString('base64url');

export function parsePlace(text: string | undefined): PagePlace {
  if (text === undefined) return BEGINNING;
  const read = decoded(text);
  if (isCursor(read)) return placeAfter(read);
  const { before, after, rest } = (read ?? {}) as Written;
  if (isCursor(before)) return placeBefore(before);
  const { match, round, step, at } = rest ?? {};
  if (
    typeof match !== 'string' ||
    !Number.isSafeInteger(round) ||
    typeof step !== 'string' ||
    !isCursor(at) ||
    (after !== undefined && !isCursor(after))
  )
    throw invalid('The page link is damaged; start the search again.');
  return { after, backward: false, rest: { match, round: round as number, step, after: at } };
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(
      Buffer.from(text, 'base64url').toString('utf8'),
      (_, each: unknown) => endOf(each) ?? each,
    );
  } catch {
    return undefined;
  }
}

function endOf(value: unknown): number | undefined {
  const sign = (value as { readonly endless?: unknown } | null)?.endless;
  return sign === 1 || sign === -1 ? sign * Number.POSITIVE_INFINITY : undefined;
}

const MOST_VALUES = 16;

function isCursor(value: unknown): value is Cursor {
  const isSimple = (each: unknown): boolean =>
    each === null || typeof each === 'string' || typeof each === 'number';
  return Array.isArray(value) && value.length > 0 && value.length < MOST_VALUES && value.every(isSimple);
}
