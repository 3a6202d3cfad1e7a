/**
 * What a write from the patient's side may not say: labels, tags and profiles are the clinic's, narrative would outlive what it tells of, and names come from the
 * resource that is referred to (repository/names.ts).
 */
import { deepEqual, forbidden } from '@wellspring/profiles';
import type { AccessContext } from './access-context.ts';
import { isMarkedByLast, type Meta, metaOf, selfOf, WRITTEN_BY, withMark, writerOf } from './authorship.ts';
import { ownersOf } from './owner-table.ts';
import type { Json } from './write-rules.ts';

type Mutable = Record<string, unknown>;

/** Sets `meta` and `text` of what will be stored. Throws forbidden where the request would change labels, tags or profiles. */
export function settlePatientSide(access: AccessContext, resource: Mutable, before: Json | undefined): void {
  const asked = metaOf(resource);
  const kept = before ? metaOf(before) : {};
  for (const name of ['security', 'tag', 'profile'] as const) {
    if (name === 'profile' && !before) continue;
    const [next, now] = [asked[name], kept[name] ?? []];
    if (next !== undefined && !deepEqual(unmarked(name, next), unmarked(name, now)))
      throw forbidden(`A patient may not change ${resource.resourceType}.meta.${name}.`);
  }
  const base: Meta = before ? kept : asked.profile ? { profile: asked.profile } : {};
  const writer = before && !isMarkedByLast(resource) ? writerOf(before) : selfOf(access);
  setOrDelete(resource, 'meta', withMark(base, writer));
  requirePlain(resource, before);
  settleContained(resource, before);
  const isSame = before !== undefined && deepEqual(content(resource), content(before));
  setOrDelete(resource, 'text', isSame ? (before.text as object | undefined) : undefined);
}

/** Members that change what all the rest says, for whoever knows them: "not", "in error", rules of somebody's own (https://hl7.org/fhir/R4/conformance-rules.html#isModifier). */
const MODIFIERS: ReadonlySet<string> = new Set(['implicitRules', 'modifierExtension']);

function requirePlain(resource: Mutable, before: Json | undefined): void {
  for (const [name, value] of Object.entries(resource)) {
    const found = deepEqual(value, before?.[name]) ? undefined : modifierIn(name, value);
    if (found !== undefined)
      throw forbidden(`A patient may not say by ${found} that what they write means something else.`);
  }
}

function modifierIn(name: string, value: unknown): string | undefined {
  if (MODIFIERS.has(name)) return name;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [each, inner] of Object.entries(value)) {
    const found = modifierIn(each, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Who somebody is, is told by a reference: a contained Practitioner is whoever its writer says. */
const PEOPLE: ReadonlySet<unknown> = new Set([
  ...['CareTeam', 'Group', 'HealthcareService', 'Organization', 'Patient', 'Person', 'Practitioner'],
  ...['PractitionerRole', 'RelatedPerson'],
]);

/** What a resource contains is content like the rest of it: no narrative, and nobody made up. */
function settleContained(resource: Mutable, before: Json | undefined): void {
  if (!Array.isArray(resource.contained) || deepEqual(resource.contained, before?.contained)) return;
  for (const each of resource.contained as Mutable[]) {
    if (PEOPLE.has(each.resourceType))
      throw forbidden(`A patient may not make up a ${each.resourceType} inside a ${resource.resourceType}.`);
    delete each.text;
    delete each.meta;
  }
}

/** Of the clinic's own writes: whatever they change becomes theirs, but for what the server does for a patient. A system may bring marks along with what it creates. */
export function settleClinicSide(access: AccessContext, resource: Mutable, isSystemCreate: boolean): void {
  const writer = doneFor(access, resource);
  if (writer !== undefined || !isSystemCreate)
    setOrDelete(resource, 'meta', withMark(metaOf(resource), writer));
}

/** Who had the server do it (on-behalf.ts), in the record that they are in: a time that is given back may be offered to others by the same request. */
function doneFor({ caller }: AccessContext, resource: Mutable): string | undefined {
  if (caller?.patient === undefined || !isMarkedByLast(resource)) return undefined;
  const self = selfOf(caller);
  const isTheirs = ownersOf(resource as Json).includes(caller.patient);
  return isTheirs && /^(Patient|RelatedPerson)\//.test(self) ? self : undefined;
}

function unmarked(name: 'security' | 'tag' | 'profile', list: readonly unknown[]): readonly unknown[] {
  return name === 'tag' ? list.filter((each) => (each as { system?: string }).system !== WRITTEN_BY) : list;
}

function content({ meta: _, text: __, ...rest }: Readonly<Record<string, unknown>>): object {
  return rest;
}

function setOrDelete(resource: Mutable, name: string, value: object | undefined): void {
  if (value === undefined || Object.keys(value).length === 0) delete resource[name];
  else resource[name] = value;
}
