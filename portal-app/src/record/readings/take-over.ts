/** Taking over many readings at once: what is in the record already is left out, and whatever is sent again is stored once. */
import type { Bundle, Observation } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { type Change, type Fhir, FhirFailure } from '../../smart/fhir.ts';
import { KIND_NAMES, type KindName } from './kinds.ts';
import { codesOfKind } from './queries.ts';
import { likenessOf, observationsOf, type Reading, readingOf } from './reading.ts';

/** Of the same file and of every later one: who reads it again finds it by this. */
const SYSTEM = 'urn:wellspring:home-reading';
/** So many in one request; each request goes whole or not at all. */
const CHUNK = 50;
const DAY_MS = 86_400_000;
/** As long as somebody looks on: more is the end of what the clinic's system takes in a day. */
const MOST_WAIT_S = 60;

export interface OfKind {
  readonly kind: KindName;
  /** Not in the record, oldest first. */
  readonly fresh: readonly Reading[];
  readonly known: number;
  readonly from: string;
  readonly until: string;
}

export interface Sorted {
  readonly kinds: readonly OfKind[];
  /** Said more than once in the file. */
  readonly doubles: number;
}

/** By kind, each measurement once, what the record has set apart. */
export async function sorted(fhir: Fhir, all: readonly Reading[]): Promise<Sorted> {
  const once = [...new Map(all.map((each) => [likenessOf(each), each] as const))].toSorted(
    ([, a], [, b]) => timeOf(a.at) - timeOf(b.at),
  );
  const names = KIND_NAMES.filter((kind) => once.some(([, each]) => each.kind === kind));
  const first = once[0];
  if (!first) return { kinds: [], doubles: 0 };
  const known = await inRecord(fhir, names, timeOf(first[1].at));
  const kinds = names.map((kind): OfKind => {
    const own = once.filter(([, each]) => each.kind === kind);
    const fresh = own.filter(([likeness]) => !known.has(likeness)).map(([, each]) => each);
    const [from, until] = [own[0]?.[1].at ?? '', own.at(-1)?.[1].at ?? ''];
    return { kind, fresh, known: own.length - fresh.length, from, until };
  });
  return { kinds, doubles: all.length - once.length };
}

/** Likenesses of what the record has, and of what was taken back there: a file does not bring that back. */
async function inRecord(fhir: Fhir, kinds: readonly KindName[], since: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const params = new URLSearchParams({
    patient: fhir.patient,
    code: kinds.map(codesOfKind).join(','),
    date: `ge${new Date(since - DAY_MS).toISOString().slice(0, 10)}`,
    _count: '500',
  });
  let next: string | undefined = `Observation?${params}`;
  while (next !== undefined) {
    const { entry, link }: Bundle = await fhir.get<Bundle>(next);
    for (const { resource } of entry ?? []) {
      const reading = resource?.resourceType === 'Observation' ? safeReadingOf(resource) : undefined;
      if (reading) found.add(likenessOf(reading));
    }
    next = link?.find(({ relation }) => relation === 'next')?.url;
  }
  return found;
}

/** What others stored may have a date that is none. */
const safeReadingOf = (found: Observation): Reading | undefined => {
  const reading = readingOf(found);
  return reading && !Number.isNaN(Date.parse(reading.at)) ? reading : undefined;
};

export interface Going {
  /** How many were sent so far, of these how many were refused. */
  readonly onSent: (sent: number, refused: number) => void;
  readonly onWait: (isWaiting: boolean) => void;
  readonly signal: AbortSignal;
}

/** `full`: the clinic's system takes no more today. */
export type Ended = 'done' | 'stopped' | 'full';

/** What went before it ended stays in the record; sent again, it is not stored again. */
export async function takeOver(
  fhir: Fhir,
  readings: readonly Reading[],
  { onSent, onWait, signal }: Going,
): Promise<Ended> {
  let refused = 0;
  for (let i = 0; i < readings.length; ) {
    if (signal.aborted) return 'stopped';
    const chunk = readings.slice(i, i + CHUNK);
    try {
      refused += await sendAll(fhir, chunk);
    } catch (error) {
      if (!(error instanceof FhirFailure) || error.status !== 429) throw error;
      if (error.retryAfter > MOST_WAIT_S) return 'full';
      onWait(true);
      await pause(error.retryAfter * 1000, signal);
      onWait(false);
      continue;
    }
    i += chunk.length;
    onSent(i, refused);
  }
  return 'done';
}

/** How many were refused: where one is, the others go without it. */
async function sendAll(fhir: Fhir, chunk: readonly Reading[]): Promise<number> {
  try {
    await fhir.transact((await Promise.all(chunk.map((each) => changesOf(fhir, each)))).flat());
    return 0;
  } catch (error) {
    if (!(error instanceof FhirFailure) || (error.status !== 400 && error.status !== 422)) throw error;
    if (chunk.length === 1) return 1;
    const half = Math.ceil(chunk.length / 2);
    return (await sendAll(fhir, chunk.slice(0, half))) + (await sendAll(fhir, chunk.slice(half)));
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function changesOf(fhir: Fhir, reading: Reading): Promise<readonly Change[]> {
  const digest = await digestOf(`${fhir.patient}|${likenessOf(reading)}`);
  return observationsOf(fhir, reading).map((resource, i): Change => {
    const value = i === 0 ? digest : `${digest}-pulse`;
    return {
      resource: { ...resource, identifier: [{ system: SYSTEM, value }] },
      onlyIfNone: `identifier=${SYSTEM}|${value}`,
    };
  });
}

async function digestOf(words: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(words));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
