/** References of a resource from one Patient to another, and back. What names both in one list names the one that stays once. */
import { deepEqual, isObject } from '@wellspring/profiles';
import { cloneJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import { localName, localReference, ownReferences } from '../../search/own-references.ts';

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

/** What was left out of a list, since that held the same of the other Patient. */
export interface LeftOut {
  /** Of the list. */
  readonly path: Path;
  /** As it was, with the reference to the source. */
  readonly element: unknown;
}

/**
 * Where it refers to the Patient (`Patient/id`). A Provenance tells of versions, and those stay what they were; anything else that names a version means the person, as its
 * record is theirs by it.
 */
export function placesOf(resource: ResourceJson, name: string, baseUrl: string) {
  const ofVersions = resource.resourceType !== 'Provenance';
  return ownReferences(resource).filter(({ reference }) => {
    const local = localReference(reference, baseUrl);
    return local === name || (ofVersions && localName(local) === name);
  });
}

const copied = <T>(value: T): T => cloneJson(value, () => undefined);

/** Changes the resource in place. */
export function move(resource: ResourceJson, from: string, to: string, baseUrl: string): LeftOut[] {
  const doubled: { readonly path: Path; readonly list: unknown[]; readonly before: unknown[] }[] = [];
  for (const path of listsNaming(resource, from, to)) {
    const list = at(resource, path) as unknown[];
    doubled.push({ path, list, before: list.map(copied) });
  }
  for (const place of placesOf(resource, from, baseUrl)) place.set(to);
  const leftOut: LeftOut[] = [];
  // The inner ones first: what a list holds twice is told when it is as it will be.
  for (const { path, list, before } of doubled.reverse()) {
    for (let i = list.length - 1; i >= 0; i--) {
      if (deepEqual(list[i], before[i])) continue;
      if (!list.some((other, j) => j !== i && saysTheSame(other, list[i]))) continue;
      leftOut.push({ path, element: before[i] });
      list.splice(i, 1);
      before.splice(i, 1);
    }
  }
  return leftOut;
}

/** What a list had of both, it has of both again, as long as it names one of these: the one that stayed, or whoever that was taken back to. In place; says whether anything came back. */
export function putBack(
  resource: ResourceJson,
  leftOut: readonly LeftOut[],
  stayed: readonly string[],
): boolean {
  let isChanged = false;
  for (const { path, element } of leftOut.toReversed()) {
    const list = at(resource, path);
    if (!Array.isArray(list) || !list.some((each) => stayed.some((name) => names(each, name)))) continue;
    if (list.some((each) => deepEqual(each, element))) continue;
    list.push(copied(element));
    isChanged = true;
  }
  return isChanged;
}

/** A Reference says whom it means; anything larger is the same where all of it is. */
function saysTheSame(a: unknown, b: unknown): boolean {
  const [one, other] = [referenceOf(a), referenceOf(b)];
  if (one !== undefined || other !== undefined) return one !== undefined && one === other;
  return deepEqual(withoutIds(a), withoutIds(b));
}

const REFERENCE: ReadonlySet<string> = new Set(['reference', 'type', 'identifier', 'display', 'id']);

/** `Type/id` of an element that is a Reference, and says no more. */
function referenceOf(value: unknown): string | undefined {
  if (!isObject(value) || typeof value.reference !== 'string') return undefined;
  return Object.keys(value).every((key) => REFERENCE.has(key)) ? localName(value.reference) : undefined;
}

/** What a person is called beside a reference may differ. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (!isObject(value)) return value;
  const name = referenceOf(value);
  if (name !== undefined) return { reference: name };
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) => (key === 'id' ? [] : [[key, withoutIds(child)]])),
  );
}

/** Paths of the lists that name both, the outer ones first. */
function listsNaming(value: unknown, from: string, to: string, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || !names(value, from) || !names(value, to)) return [];
  const own = Array.isArray(value) ? [path] : [];
  const inner = Array.isArray(value)
    ? value.flatMap((child, i) => listsNaming(child, from, to, [...path, i]))
    : Object.entries(value).flatMap(([key, child]) => listsNaming(child, from, to, [...path, key]));
  return [...own, ...inner];
}

function names(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { reference } = value as Json;
  if (typeof reference === 'string' && localName(reference) === name) return true;
  return Object.values(value).some((child) => names(child, name));
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);
