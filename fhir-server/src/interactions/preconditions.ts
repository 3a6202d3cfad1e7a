/**
 * Conditional requests by version and time (RFC 9110, section 13; https://hl7.org/fhir/R4/http.html#concurrency), read once for every method and for Bundle entries.
 * Version tags are compared by their number, weak or strong: FHIR's are weak, and its If-Match takes them.
 */
import { FhirError, preconditionFailed } from '@wellspring/profiles';
import type { StoredVersion } from '../store/store.ts';
import { againUntilWon } from './races.ts';
import type { FhirRequest, Services } from './request.ts';

/** What stands now; undefined: nothing that is live. */
type Current = Pick<StoredVersion, 'version' | 'lastUpdated'> | undefined;

type Tags = '*' | ReadonlySet<string>;

const TAG = /^\s*(?:W\/)?"([^"]*)"\s*(?:,|$)/;

/** `*`, or the versions of a list; undefined: no such header. What is no tag matches nothing. */
function parseTags(header: string | undefined): Tags | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const tags = new Set<string>();
  let rest = header;
  for (let match = TAG.exec(rest); match; match = TAG.exec(rest)) {
    tags.add(match[1] as string);
    rest = rest.slice(match[0].length);
  }
  return tags;
}

function matches(tags: Tags, current: Current): boolean {
  if (!current) return false;
  return tags === '*' || tags.has(String(current.version));
}

/** Whole seconds, as HTTP's dates are. */
const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000;

/** A time that is no date is no condition (RFC 9110, 13.1.3 and 13.1.4). */
function parseTime(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : time;
}

type Headers = FhirRequest['headers'];

/** Throws 412 where If-Match or If-Unmodified-Since do not hold. Of both, If-Match counts. */
function requireUnchanged(headers: Headers, current: Current): void {
  const match = parseTags(headers['if-match']);
  if (match !== undefined) {
    if (!matches(match, current))
      throw preconditionFailed('The resource has another version than If-Match says. Read it again.');
    return;
  }
  const since = parseTime(headers['if-unmodified-since']);
  if (since !== undefined && current && seconds(current.lastUpdated) > since)
    throw preconditionFailed('The resource was changed after the time of If-Unmodified-Since.');
}

/** Of a read: 412, or whether the client has it already (304). */
export function isUnchanged({ headers }: Pick<FhirRequest, 'headers'>, current: StoredVersion): boolean {
  requireUnchanged(headers, current);
  const none = parseTags(headers['if-none-match']);
  if (none !== undefined) return matches(none, current);
  const since = parseTime(headers['if-modified-since']);
  return since !== undefined && seconds(current.lastUpdated) <= since;
}

/** Of a write: throws 412 where a condition does not hold of what stands. */
export function requireWritable(headers: Headers, current: Current): void {
  requireUnchanged(headers, current);
  const none = parseTags(headers['if-none-match']);
  if (none !== undefined && matches(none, current))
    throw preconditionFailed(
      none === '*'
        ? 'The resource exists already, and If-None-Match says that it must not.'
        : 'The resource has a version that If-None-Match excludes.',
    );
}

const CONDITIONS = ['if-match', 'if-none-match', 'if-unmodified-since'] as const;

const ONE = /^\s*(?:W\/)?"([1-9]\d{0,14})"\s*$/;

/**
 * The version that a write must find, so that its conditions hold until it is done: 0 = none that is live; undefined = no condition was made. What the headers say
 * by themselves needs no read; else what stands is read, under the caller's access. Errors: 412.
 */
export async function expectedVersion(
  { repository }: Services,
  { access, headers }: Pick<FhirRequest, 'access' | 'headers'>,
  type: string,
  id: string,
): Promise<number | undefined> {
  const given = CONDITIONS.filter((name) => headers[name] !== undefined);
  if (given.length === 0) return undefined;
  const one = given.length === 1 ? ONE.exec(headers['if-match'] ?? '') : null;
  if (one) return Number(one[1]);
  if (given.length === 1 && headers['if-none-match']?.trim() === '*') return 0;
  const current = await repository.read(access, type, id).catch((error: unknown) => {
    if (error instanceof FhirError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  });
  requireWritable(headers, current);
  return current?.version ?? 0;
}

/** Whether the client named the one state it means: who lost a race then is told so. Without, or with a condition that may hold of several, it is looked at again. */
export const isPinned = (headers: Headers): boolean =>
  ONE.test(headers['if-match'] ?? '') || headers['if-none-match']?.trim() === '*';

/** `write` with the version that it must find. Again where another write came between and the client named none. Errors: 412. */
export async function underConditions<T>(
  headers: Headers,
  expected: () => Promise<number | undefined>,
  write: (expected: number | undefined) => Promise<T>,
): Promise<T> {
  let holds = false;
  const attempt = async (): Promise<T> => {
    holds = false;
    const version = await expected();
    holds = true;
    return write(version);
  };
  const isLost = (error: unknown): boolean =>
    holds && error instanceof FhirError && error.status === 412 && !isPinned(headers);
  return againUntilWon(attempt, isLost);
}
