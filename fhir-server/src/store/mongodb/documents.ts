/**
 * How a resource lies in MongoDB. One document of the collection `resource` for each resource that ever was, with its newest version and everything it
 * is found by: a create writes one document, a read reads one. A version that another followed moves to `version`, with its body, once.
 *
 * A compound index may hold one array only (MongoDB manual, "Multikey Indexes"), so the questions of every day read {type, rec, k, d}: the
 * record and the date are scalars, and every token and reference is a string of the one array `k`.
 */
import { GAP, type IndexEntries } from '../../search/index-entry.ts';
import type { StoredVersion } from '../store.ts';

export interface RangeKey {
  /** Search parameter. */
  readonly p: string;
  readonly low: number;
  readonly high: number;
}

export interface QuantityKey extends RangeKey {
  readonly s: string;
  readonly c: string;
  readonly u: string;
}

export interface StringKey {
  readonly p: string;
  /** Folded. */
  readonly v: string;
  /** As written. */
  readonly e: string;
}

/** What a version is, wherever it lies. */
interface VersionFields {
  type: string;
  id: string;
  version: number;
  /** The version's place in the change log, with its name and number: never less than that of the version before. */
  lastUpdated: number;
  method: StoredVersion['method'];
  body: string | null;
  /** Whose record it lies with, and so on which shard: see recordOf. */
  rec: string;
  /** Patients (ids) who own it. */
  own: string[];
  /** In whose record it was written, where that is not who owns it; null, or absent: it is. */
  told?: string[] | null;
  /** Who wrote it and why, where the audit log is to know. */
  by: string | null;
}

/** A resource's newest version, without what it is found by. */
export interface Head extends VersionFields {
  /** `Type/id` */
  _id: string;
  deleted: boolean;
  /** Somebody is about to delete it, or to take it out of use: what would refer to it waits until that is decided (deletion.ts). */
  leaving?: string;
  /** Somebody looks at all that uses it: what would use it newly waits. */
  held?: string;
  /** Another resource stands for it (`REPLACED`). */
  replaced?: true;
}

/** What a resource is found by. */
export interface IndexFields {
  /** The main date in milliseconds. */
  d: number;
  k: string[];
  /** `Type/id` of whatever it refers to. */
  r: string[];
  /** Search parameters that have a value here. */
  p: string[];
  dt: RangeKey[];
  n: QuantityKey[];
  s: StringKey[];
  /** Words of the narrative and of the content. */
  w: string[];
  /** The same in their order, for phrases: a space before each and after the last, two more between texts. */
  f: { text: string; content: string };
  /** Sort values: parameter → least and greatest. */
  o: Record<string, { a: string | number; z: string | number }>;
}

export interface ResourceDocument extends Head, IndexFields {}

export interface VersionDocument extends VersionFields {
  /** `Type/id/version` */
  _id: string;
  /** `Type/id` */
  name: string;
  /** When the next version came. */
  until: number;
}

/** Of a resource with several owners. No patient's id holds it. */
export const SHARED = '*';

/**
 * The record a resource lies with: its patient; itself, where it belongs to nobody, so that directories spread; SHARED where it belongs to
 * several. With it in the filter a sharded cluster asks one shard.
 */
export function recordOf(name: string, owners: readonly string[]): string {
  if (owners.length > 1) return SHARED;
  return owners[0] ?? name;
}

/** Everything but what a resource is found by. */
export const WITHOUT_INDEX = { k: 0, r: 0, p: 0, dt: 0, n: 0, s: 0, w: 0, f: 0 } as const;

/** Parts of a key are parted by a character that no search value can hold. */
const PART = '\u0001';

export const keys = {
  code: (param: string, code: string): string => `${param}=${PART}${code}`,
  token: (param: string, system: string, code: string): string => `${param}:${PART}${system}${PART}${code}`,
  /** What the keys of all its tokens begin with, and the least text beyond them. */
  tokens: (param: string): readonly [string, string] => [`${param}:${PART}`, `${param}:\u0002`],
  /** Of what `token` made, behind what `tokens` says that it begins with. */
  tokenOf: (rest: string): { readonly system: string; readonly code: string } => {
    const part = rest.indexOf(PART);
    return { system: rest.slice(0, part), code: rest.slice(part + 1) };
  },
  /** What every key of this system begins with. */
  system: (param: string, system: string): string => `${param}:${PART}${system}${PART}`,
  reference: (param: string, target: string): string => `${param}@${PART}${target}`,
  /** What `k` says of links; no parameter's code begins so. */
  link: (by: 'about' | 'file', target: string): string => `~${by}@${PART}${target}`,
  /** In the array `w`. */
  word: (of: 'text' | 'content', word: string): string => `${of}${PART}${word}`,
};

/** Infinity is a number to BSON too, so open ranges need nothing special. */
export function indexFields(entries: IndexEntries, lastUpdated: number): IndexFields {
  const k = new Set<string>();
  const r = new Set<string>();
  const o: IndexFields['o'] = {};
  for (const { param, system, code } of entries.tokens) {
    k.add(keys.code(param, code));
    k.add(keys.token(param, system, code));
    widen(o, param, code);
  }
  for (const { param, target } of entries.references) {
    k.add(keys.reference(param, target));
    r.add(target);
    widen(o, param, target);
  }
  for (const { by, target } of entries.links) k.add(keys.link(by, target));
  for (const { param, text } of entries.strings) widen(o, param, text);
  for (const { param, uri } of entries.uris) widen(o, param, uri);
  for (const { param, low } of [...entries.dates, ...entries.numbers, ...entries.quantities])
    widen(o, param, low);
  return {
    d: entries.mainDate ?? lastUpdated,
    k: [...k],
    r: [...r],
    p: [...entries.present],
    dt: entries.dates.map(({ param, low, high }) => ({ p: param, low, high })),
    n: [
      ...entries.numbers.map(({ param, low, high }) => ({ p: param, low, high, s: '', c: '', u: '' })),
      ...entries.quantities.map(({ param, low, high, system, code, unit }) => ({
        p: param,
        low,
        high,
        s: system,
        c: code,
        u: unit,
      })),
    ],
    s: [
      ...entries.strings.map(({ param, text, exact }) => ({ p: param, v: text, e: exact })),
      ...entries.uris.map(({ param, uri }) => ({ p: param, v: uri, e: uri })),
    ],
    w: (['text', 'content'] as const).flatMap((of) =>
      [...new Set(entries.words[of])].filter((word) => word !== GAP).map((word) => keys.word(of, word)),
    ),
    f: { text: phraseText(entries.words.text), content: phraseText(entries.words.content) },
    o,
  };
}

/** What holds the words as they stand, and no others: in `f`. */
export const phraseText = (words: readonly string[]): string =>
  words.length > 1 ? ` ${words.join(' ')} ` : '';

/** A parameter's name as a field name: MongoDB gives `.` and `$` a meaning, and search parameter codes hold neither but `:`. */
export const sortField = (param: string): string => param.replace(/[.$]/g, '_');

function widen(o: IndexFields['o'], param: string, value: string | number): void {
  // Entries under a name that holds a value (types/composite.ts), and those of what is contained, are nothing to sort by.
  if (/[$#]/.test(param)) return;
  const name = sortField(param);
  const pair = o[name];
  if (!pair) o[name] = { a: value, z: value };
  else if (value < pair.a) o[name] = { ...pair, a: value };
  else if (value > pair.z) o[name] = { ...pair, z: value };
}
