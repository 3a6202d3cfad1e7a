/**
 * What the writer is asked for, as text on its way to it: what a resource is found by is some forty small objects, which cloning names member by member. Lists of values one
 * after the other in JSON take less than half of the time at both ends (docs/PERFORMANCE.md). What holds a query goes as it is.
 */
import type { IndexEntries } from '../../search/index-entry.ts';
import type { WriteOperation } from '../store.ts';
import type { Job } from './jobs.ts';

/** A job, or its text. */
export type SentJob = Job | string;

type Operation = Record<string, unknown> & { readonly entries?: IndexEntries };
type Packed = readonly [operation: object, entries: PackedEntries | undefined];
type Value = string | number | null;
type PackedEntries = readonly [
  owners: readonly string[],
  mainDate: number | null,
  text: string,
  content: string,
  present: string,
  ...lists: readonly (readonly Value[])[],
];

type Listed = Exclude<keyof IndexEntries, 'owners' | 'mainDate' | 'words' | 'present'>;
type Entry = Readonly<Record<string, Value>>;

/** Members of the entries of each list, in their order on the way. */
const MEMBERS = {
  tokens: ['param', 'system', 'code'],
  strings: ['param', 'text', 'exact'],
  dates: ['param', 'low', 'high'],
  numbers: ['param', 'low', 'high'],
  quantities: ['param', 'low', 'high', 'system', 'code', 'unit'],
  references: ['param', 'target'],
  uris: ['param', 'uri'],
  links: ['by', 'target'],
} as const satisfies { readonly [L in Listed]: readonly (keyof IndexEntries[L][number])[] };

const LISTS = Object.entries(MEMBERS) as unknown as readonly (readonly [Listed, readonly string[]])[];

/** An open end of a range is null in JSON. */
const OPEN: Readonly<Record<string, number>> = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
};

export function jobText(job: Job): SentJob {
  if (job.kind !== 'transact' || job.operations.some(holdsQuery)) return job;
  return JSON.stringify([job.by, job.operations.map(packed)]);
}

export function jobOf(sent: SentJob): Job {
  if (typeof sent !== 'string') return sent;
  const [by, operations] = JSON.parse(sent) as [string | null, readonly Packed[]];
  return { kind: 'transact', by: by ?? undefined, operations: operations.map(unpacked) };
}

/** Its ranges may be open, wherever in it they stand. */
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

/** A word holds no space, nor does a parameter's code; where there is none between two texts (GAP), two spaces follow one another. */
function packedEntries(entries: IndexEntries): PackedEntries {
  const { owners, mainDate = null, words, present } = entries;
  const lists = LISTS.map(([list, members]) => valuesOf(entries[list] as readonly unknown[], members));
  return [owners, mainDate, words.text.join(' '), words.content.join(' '), present.join(' '), ...lists];
}

function entriesOf([owners, mainDate, text, content, present, ...lists]: PackedEntries): IndexEntries {
  const entries: Record<string, unknown> = {
    owners,
    mainDate: mainDate ?? undefined,
    words: { text: parted(text), content: parted(content) },
    present: parted(present),
  };
  for (let i = 0; i < LISTS.length; i++) {
    const [list, members] = LISTS[i] as (typeof LISTS)[number];
    entries[list] = listOf(lists[i] ?? [], members);
  }
  return entries as unknown as IndexEntries;
}

function valuesOf(entries: readonly unknown[], members: readonly string[]): Value[] {
  const values: Value[] = [];
  for (const entry of entries) for (const member of members) values.push((entry as Entry)[member] as Value);
  return values;
}

function listOf(values: readonly Value[], members: readonly string[]): Entry[] {
  const found: Entry[] = [];
  for (let at = 0; at < values.length; at += members.length) {
    const entry: Record<string, Value> = {};
    for (let i = 0; i < members.length; i++) {
      const member = members[i] as string;
      entry[member] = values[at + i] ?? (OPEN[member] as number);
    }
    found.push(entry);
  }
  return found;
}

const parted = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));
