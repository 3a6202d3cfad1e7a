/**
 * How a resource lies in MongoDB. One document of the collection `resource` for each current resource, with everything it is found by; one
 * of `version` for each version, with its body, once.
 *
 * A compound index may hold one array only (MongoDB manual, "Multikey Indexes"), so the questions of every day read
 * {type, own, k, d}: the owner and the date are scalars, and every token, reference and flag of presence is a string of the one array `k`.
 */
import type { Document } from 'mongodb';
import type { IndexEntries } from '../../search/index-entry.ts';

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

export interface ResourceDocument extends Document {
  /** `Type/id` */
  _id: string;
  type: string;
  id: string;
  version: number;
  /** Position of the current version in the change log. */
  seq: number;
  lastUpdated: number;
  deleted: boolean;
  /** The main date in milliseconds. */
  d: number;
  /** First owner ('' = none); all of them are also keys. */
  own: string;
  k: string[];
  dt: RangeKey[];
  n: QuantityKey[];
  s: StringKey[];
  /** Words of the narrative and of the content. */
  w: string[];
  /** Sort values: parameter → least and greatest. */
  o: Record<string, { a: string | number; z: string | number }>;
}

export interface VersionDocument extends Document {
  /** `Type/id/version` */
  _id: string;
  type: string;
  id: string;
  version: number;
  seq: number;
  lastUpdated: number;
  method: 'create' | 'update' | 'delete';
  body: string | null;
}

/** Parts of a key are parted by a character that no search value can hold. */
const PART = '\u0001';

export const keys = {
  owner: (patient: string): string => `~${PART}${patient}`,
  code: (param: string, code: string): string => `${param}=${PART}${code}`,
  token: (param: string, system: string, code: string): string => `${param}:${PART}${system}${PART}${code}`,
  system: (param: string, system: string): string => `${param}|${PART}${system}`,
  reference: (param: string, target: string): string => `${param}@${PART}${target}`,
  /** Any parameter: what is asked before a deletion. */
  target: (target: string): string => `@${PART}${target}`,
  /** In the array `w`. */
  word: (of: 'text' | 'content', word: string): string => `${of}${PART}${word}`,
  present: (param: string): string => `?${PART}${param}`,
};

export type IndexFields = Pick<ResourceDocument, 'own' | 'k' | 'dt' | 'n' | 's' | 'w' | 'o'>;

/** Infinity is a number to BSON too, so open ranges need nothing special. */
export function indexFields(entries: IndexEntries): IndexFields {
  const k = new Set<string>();
  const o: ResourceDocument['o'] = {};
  for (const owner of entries.owners) k.add(keys.owner(owner));
  for (const { param, system, code } of entries.tokens) {
    k.add(keys.code(param, code));
    k.add(keys.token(param, system, code));
    k.add(keys.system(param, system));
    widen(o, param, code);
  }
  for (const { param, target } of entries.references) {
    k.add(keys.reference(param, target));
    k.add(keys.target(target));
    widen(o, param, target);
  }
  for (const param of entries.present) k.add(keys.present(param));
  for (const { param, text } of entries.strings) widen(o, param, text);
  for (const { param, uri } of entries.uris) widen(o, param, uri);
  for (const { param, low } of [...entries.dates, ...entries.numbers, ...entries.quantities])
    widen(o, param, low);
  return {
    own: entries.owners[0] ?? '',
    k: [...k],
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
    w: (['text', 'content'] as const).flatMap((of) => entries.words[of].map((word) => keys.word(of, word))),
    o,
  };
}

/** A parameter's name as a field name: MongoDB gives `.` and `$` a meaning, and search parameter codes hold neither but `:`. */
export const sortField = (param: string): string => param.replace(/[.$]/g, '_');

function widen(o: ResourceDocument['o'], param: string, value: string | number): void {
  // Entries under a name that holds a value (types/composite.ts) are nothing to sort by.
  if (param.includes('$')) return;
  const name = sortField(param);
  const pair = o[name];
  if (!pair) o[name] = { a: value, z: value };
  else if (value < pair.a) o[name] = { ...pair, a: value };
  else if (value > pair.z) o[name] = { ...pair, z: value };
}
