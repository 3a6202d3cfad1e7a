/**
 * Resource → JSON text, and back, without losing digits: `1.10` stays `1.10` (https://hl7.org/fhir/R4/json.html#decimal), though
 * JavaScript's number is 1.1. Numbers whose spelling would be lost are remembered beside the object that holds them.
 */
import type { ResourceText, StoredVersion } from '../../store/store.ts';
import { eachNumber, parseSpelled, stringifySpelled } from './spelled-json.ts';

export type ResourceJson = Record<string, unknown> & { resourceType: string; id?: string };

/** A number that JSON.stringify would spell otherwise: trailing zeros, exponents, more digits than a double holds, or so small that it gets an exponent. */
const FRAGILE =
  /\d\.\d*0(?![\d.])|\d[eE][+-]?\d|\d{16}|(?=\d+\.\d+(?![\d.]))[\d.]{17}|\d\.\d{15}|\b0\.0{6}|-0(?![.\d])/;

const spellings = new WeakMap<object, Map<string, string>>();

/** No number is spelled by more characters without being fragile; what is no number, however long, is refused by the parser. */
const LONGEST = 40;

/** `text`: of one number. */
export const isFragile = (text: string): boolean => text.length > LONGEST || FRAGILE.test(text);

/** The pattern looks into strings too, at each of their digits: what is longer is gone through number by number at once. */
const SHORT = 10_000;

/** Starts and ends of the numbers whose spelling would be lost. */
export function fragilePlaces(text: string): number[] {
  const places: number[] = [];
  if (text.length <= SHORT && !FRAGILE.test(text)) return places;
  eachNumber(text, (start, end) => {
    if (isFragile(text.slice(start, end))) places.push(start, end);
  });
  return places;
}

/** Like JSON.parse; throws SyntaxError. `fragile`: as fragilePlaces gives them, where they are known. */
export function parseJson(text: string, fragile: readonly number[] = fragilePlaces(text)): unknown {
  if (fragile.length === 0) return JSON.parse(text);
  return parseSpelled(text, fragile, (holder, known) => spellings.set(holder, known));
}

/** Of a live version, as it is known to be of that kind. */
export const resourceOf = <T extends ResourceJson = ResourceJson>({ body }: Pick<StoredVersion, 'body'>): T =>
  parseJson(body ?? '{}') as T;

/** Like JSON.stringify, with every number spelled as it came. */
export function stringifyJson(value: unknown): string {
  return stringifySpelled(value, (holder) => spellings.get(holder));
}

/** How a number was written, where JavaScript would write it otherwise; of lists by the place as text. */
export const spellingOf = (holder: object, key: string): string | undefined =>
  spellings.get(holder)?.get(key);

/** Whether any number inside would be written otherwise. */
export function hasSpellings(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (spellings.has(value)) return true;
  for (const key of Object.keys(value))
    if (hasSpellings((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** A value was put from one object into another: a number takes its spelling along, and an older spelling there is forgotten. */
export function moveNumber(from: object, fromKey: string, to: object, toKey: string): void {
  const spelling = spellings.get(from)?.get(fromKey);
  const known = spellings.get(to);
  if (spelling === undefined) known?.delete(toKey);
  else spellings.set(to, (known ?? new Map<string, string>()).set(toKey, spelling));
}

/** Items are put into or taken out of an array: numbers in it that stay keep their spelling where they go. */
export function spliceNumbers(list: readonly unknown[], at: number, removed: number, added: number): void {
  const known = spellings.get(list);
  if (!known) return;
  const moved = [...known].flatMap(([key, source]): [string, string][] => {
    const index = Number(key);
    if (index < at) return [[key, source]];
    return index < at + removed ? [] : [[String(index - removed + added), source]];
  });
  spellings.set(list, new Map(moved));
}

/** Like structuredClone of JSON, with every number spelled as in the original. `spend` is told of each value. */
export function cloneJson<T>(value: T, spend: (steps: number) => void): T {
  spend(1);
  if (typeof value !== 'object' || value === null) return value;
  const copy: unknown = Array.isArray(value)
    ? value.map((each) => cloneJson(each, spend))
    : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cloneJson(each, spend)]));
  const known = spellings.get(value);
  if (known) spellings.set(copy as object, new Map(known));
  return copy as T;
}

/** The text in two halves, between which the store puts versionId and lastUpdated; whatever the client sent for those is dropped. */
export function resourceText(resource: ResourceJson, id: string): ResourceText {
  const { resourceType, meta, ...rest } = resource;
  const { versionId: _, lastUpdated: __, ...otherMeta } = (meta ?? {}) as Record<string, unknown>;
  delete rest.id;
  carrySpellings(resource, rest);
  const metaText = stringifyJson(otherMeta).slice(1, -1);
  const restText = stringifyJson(rest).slice(1, -1);
  return {
    before: `{"resourceType":"${resourceType}","id":"${id}","meta":{`,
    after: `${metaText === '' ? '' : `,${metaText}`}}${restText === '' ? '' : `,${restText}`}}`,
  };
}

/** The top level is rebuilt; numbers that stand right on it keep their spelling. */
function carrySpellings(from: object, to: object): void {
  const known = spellings.get(from);
  if (known) spellings.set(to, known);
}
