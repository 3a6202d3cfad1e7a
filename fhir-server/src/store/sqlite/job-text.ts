/**
 * What the writer is asked for, as text on its way to it: what a resource is found by is some forty small objects, which cloning names member by member. Lists of values one
 * after the other in JSON take less than half of the time at both ends (docs/PERFORMANCE.md). What holds a query goes as it is.
 */
import type { IndexEntries, LinkEntry } from '../../search/index-entry.ts';
import type { WriteOperation } from '../store.ts';
import type { Job } from './jobs.ts';

/** A job, or its text. */
export type SentJob = Job | string;

type Value = string | number | null;
type Operation = Record<string, unknown> & { readonly entries?: IndexEntries };
type Packed = readonly [operation: object, entries: PackedEntries | undefined];
type PackedEntries = readonly [
  owners: readonly string[],
  mainDate: number | null,
  tokens: readonly Value[],
  strings: readonly Value[],
  dates: readonly Value[],
  numbers: readonly Value[],
  quantities: readonly Value[],
  references: readonly Value[],
  uris: readonly Value[],
  links: readonly Value[],
  text: string,
  content: string,
  present: string,
];

export function jobText(job: Job): SentJob {
  if (job.kind !== 'transact' || job.operations.some(holdsQuery)) return job;
  return JSON.stringify([job.by, job.operations.map(packed)]);
}

export function jobOf(sent: SentJob): Job {
  if (typeof sent !== 'string') return sent;
  const [by, operations] = JSON.parse(sent) as [string | null, readonly Packed[]];
  return { kind: 'transact', by: by ?? undefined, operations: operations.map(unpacked) };
}

/** Its ranges may be open, which JSON has no word for. */
const holdsQuery = (operation: WriteOperation): boolean =>
  ('visible' in operation && operation.visible !== undefined) ||
  ('ifNoneExist' in operation && operation.ifNoneExist !== undefined);

function packed(operation: WriteOperation): Packed {
  const { entries, ...rest } = operation as unknown as Operation;
  return [rest, entries && packedEntries(entries)];
}

function unpacked([operation, entries]: Packed): WriteOperation {
  return (entries ? { ...operation, entries: entriesOf(entries) } : operation) as WriteOperation;
}

function packedEntries(entries: IndexEntries): PackedEntries {
  const { owners, mainDate = null, words } = entries;
  const tokens: Value[] = [];
  for (const { param, system, code } of entries.tokens) tokens.push(param, system, code);
  const strings: Value[] = [];
  for (const { param, text, exact } of entries.strings) strings.push(param, text, exact);
  const dates: Value[] = [];
  for (const { param, low, high } of entries.dates) dates.push(param, low, high);
  const numbers: Value[] = [];
  for (const { param, low, high } of entries.numbers) numbers.push(param, low, high);
  const quantities: Value[] = [];
  for (const { param, low, high, system, code, unit } of entries.quantities)
    quantities.push(param, low, high, system, code, unit);
  const references: Value[] = [];
  for (const { param, target } of entries.references) references.push(param, target);
  const uris: Value[] = [];
  for (const { param, uri } of entries.uris) uris.push(param, uri);
  const links: Value[] = [];
  for (const { by, target } of entries.links) links.push(by, target);
  return [
    owners,
    mainDate,
    tokens,
    strings,
    dates,
    numbers,
    quantities,
    references,
    uris,
    links,
    // A word holds no space, nor does a parameter's code; where there is none between two texts (GAP), two spaces follow one another.
    words.text.join(' '),
    words.content.join(' '),
    entries.present.join(' '),
  ];
}

function entriesOf(packed: PackedEntries): IndexEntries {
  const [owners, mainDate, tokens, strings, dates, numbers, quantities, references, uris, links] = packed;
  const [text, content, present] = packed.slice(-3) as [string, string, string];
  return {
    owners,
    mainDate: mainDate ?? undefined,
    tokens: inParts(tokens, 3, (i) => ({
      param: tokens[i] as string,
      system: tokens[i + 1] as string,
      code: tokens[i + 2] as string,
    })),
    strings: inParts(strings, 3, (i) => ({
      param: strings[i] as string,
      text: strings[i + 1] as string,
      exact: strings[i + 2] as string,
    })),
    dates: inParts(dates, 3, (i) => rangeAt(dates, i)),
    numbers: inParts(numbers, 3, (i) => rangeAt(numbers, i)),
    quantities: inParts(quantities, 6, (i) => ({
      ...rangeAt(quantities, i),
      system: quantities[i + 3] as string,
      code: quantities[i + 4] as string,
      unit: quantities[i + 5] as string,
    })),
    references: inParts(references, 2, (i) => ({
      param: references[i] as string,
      target: references[i + 1] as string,
    })),
    uris: inParts(uris, 2, (i) => ({ param: uris[i] as string, uri: uris[i + 1] as string })),
    links: inParts(links, 2, (i) => ({ by: links[i] as LinkEntry['by'], target: links[i + 1] as string })),
    words: { text: parted(text), content: parted(content) },
    present: parted(present),
  };
}

function inParts<T>(values: readonly Value[], size: number, make: (at: number) => T): T[] {
  const found: T[] = [];
  for (let at = 0; at < values.length; at += size) found.push(make(at));
  return found;
}

/** An open end has become null. */
const rangeAt = (values: readonly Value[], at: number) => ({
  param: values[at] as string,
  low: (values[at + 1] as number | null) ?? Number.NEGATIVE_INFINITY,
  high: (values[at + 2] as number | null) ?? Number.POSITIVE_INFINITY,
});

const parted = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));
