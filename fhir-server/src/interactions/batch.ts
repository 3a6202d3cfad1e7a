/** https://hl7.org/fhir/R4/http.html#transaction: a batch is a list of requests that know nothing of each other. */
import { findReferences, inEntry, invalid, operationOutcome, tooCostly } from '@wellspring/profiles';
import { isPatientLevel } from '../access/read-condition.ts';
import { attempted } from '../audit/trail.ts';
import { createBreath } from '../breath.ts';
import { fhirErrorOf } from '../repository/store-faults.ts';
import { asOfNow, type Entry, entryRequest, isForNobody, parseEntry, responseText } from './bundle-entry.ts';
import type { FhirRequest, Reply, Services } from './request.ts';

/** Reads of a batch run side by side, this many at once; writes one after the other. */
const PARALLEL = 8;

export async function batch(
  services: Services,
  request: FhirRequest,
  values: readonly unknown[],
): Promise<Reply> {
  const answers: Answered[] = new Array(values.length);
  const room = createRoom(services, request);
  const breath = createBreath();
  const others = placeholders(values);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < values.length) {
      const index = next;
      next += 1;
      await breath();
      answers[index] = await answer(services, request, values[index], index, room, others);
      await breath();
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, values.length) }, work));
  const texts = await stillTheirs(request, answers);
  return { status: 200, headers: {}, body: bundleText('batch-response', texts) };
}

interface Answered {
  readonly text: string;
  /** Nothing has come of it but this answer. */
  readonly isRead: boolean;
}

/** Sent to nobody. */
const UNASKED: Answered = { text: '{}', isRead: true };

/** What was read at the beginning goes to whoever may still have it at the end; what was written is told. */
async function stillTheirs(request: FhirRequest, answers: readonly Answered[]): Promise<readonly string[]> {
  try {
    await asOfNow(request);
    return answers.map(({ text }) => text);
  } catch (error) {
    const ended = failureText(error);
    return answers.map(({ text, isRead }) => (isRead ? ended : text));
  }
}

/** The names that entries of this Bundle have nowhere else. */
export function placeholders(values: readonly unknown[]): ReadonlySet<string> {
  const names = values.map((value) => (value as { readonly fullUrl?: unknown } | null)?.fullUrl);
  return new Set(names.filter((name) => typeof name === 'string').filter((name) => /^urn:/.test(name)));
}

/** https://hl7.org/fhir/R4/http.html#brules: what refers to another entry is non-conformant. Stored as it is, it would lead nowhere for ever. */
export function requireIndependent({ resource, index }: Entry, others: ReadonlySet<string>): void {
  if (!resource || others.size === 0) return;
  const found = findReferences(resource).find(
    ({ reference, isPacked }) => !isPacked && others.has(reference),
  );
  if (found)
    throw inEntry(
      invalid('An entry of a batch can not refer to another one: send a transaction.', found.expression),
      index,
    );
}

export function bundleText(
  type: 'batch-response' | 'transaction-response',
  entries: readonly string[],
): string {
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","type":"${type}"${list}}`;
}

async function answer(
  services: Services,
  request: FhirRequest,
  value: unknown,
  index: number,
  room: Room,
  others: ReadonlySet<string>,
): Promise<Answered> {
  let entry: Entry | undefined;
  try {
    entry = parseEntry(services, value, index);
    requireIndependent(entry, others);
    if (isForNobody(request, entry)) return UNASKED;
    if (entry.method === 'GET') room.require();
    const reply = await entry.route.interaction(
      services,
      entryRequest(services, await asOfNow(request), entry),
    );
    const text = room.take(responseText(undefined, reply.status, reply));
    return { text, isRead: entry.route.inTransaction === 'read' };
  } catch (error) {
    // R20: a refusal is in the log, whether it came alone or among others.
    const { status } = fhirErrorOf(error);
    if (entry)
      request.access.trail?.note({
        ...attempted(entry.method, entry.route.pattern, entry.type, entry.id ?? ''),
        status,
      });
    return { text: failureText(error), isRead: false };
  }
}

/** The answer to an entry that failed. */
export function failureText(error: unknown): string {
  const found = fhirErrorOf(error);
  const outcome = JSON.stringify(operationOutcome(found.issues));
  return responseText(undefined, found.status, { headers: {}, body: undefined }, outcome);
}

/** Characters of the answer to a Bundle of a patient's. */
const MAX_OF_PATIENTS = 8_388_608;

/** How much an answer may still hold: a few bytes ask for a large resource again and again. */
export interface Room {
  /** Throws 413 when there is none left: before something is read, never after something was written. */
  require(): void;
  take(text: string): string;
}

export function createRoom({ limits }: Services, { access }: FhirRequest): Room {
  let left = isPatientLevel(access) ? Math.min(MAX_OF_PATIENTS, limits.maxAnswer) : limits.maxAnswer;
  return {
    require() {
      if (left <= 0) throw tooCostly('The answer of the Bundle has become too large: ask in parts.');
    },
    take(text) {
      left -= text.length;
      return text;
    },
  };
}
