/**
 * A FHIR document (https://hl7.org/fhir/R4/documents.html): a Composition and what it speaks of, in one Bundle. What is put in is found as the caller, so that a
 * document holds nothing that they may not read one by one.
 */
import { randomUUID } from 'node:crypto';
import { tooCostly } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { readCondition } from '../../access/read-condition.ts';
import { createBreath } from '../../breath.ts';
import type { Services } from '../../interactions/request.ts';
import { createPageRoom } from '../../page-room.ts';
import { type ResourceJson, resourceOf, stringifyJson } from '../../repository/text/resource-text.ts';
import { localName, localReference, ownReferences } from '../../search/own-references.ts';

/** Documents under way take turns. */
const breath = createBreath();

export interface DocumentEntry {
  readonly fullUrl: string;
  readonly resource: ResourceJson;
}

/** Who made or takes part in what is told, and of what it consists: without them it can't be understood. */
const TOLD_BY: ReadonlySet<string> = new Set([
  'Device',
  'Medication',
  'Organization',
  'Practitioner',
  'PractitionerRole',
]);
/** A role leads to a person and an organization, that to the one above it. */
const ROUNDS = 3;
/** Ids of one question. */
const AT_ONCE = 50;

export const nameOf = ({ resourceType, id }: ResourceJson): string => `${resourceType}/${id}`;

/** `Type/id` of what a resource refers to on this server. */
export function namesIn(services: Services, resource: ResourceJson): string[] {
  return ownReferences(resource).flatMap(
    ({ reference }) => localName(localReference(reference, services.repository.baseUrl)) ?? [],
  );
}

/** What of these may be read by the caller, each once and in the order of the names; the rest is passed over without a word. */
export async function readNamed(
  services: Services,
  access: AccessContext,
  names: Iterable<string>,
): Promise<ResourceJson[]> {
  const all = [...new Set(names)];
  const found = new Map<string, ResourceJson>();
  const takes = createPageRoom(services.limits.maxAnswer);
  for (const [type, list] of Map.groupBy(all, (name) => name.split('/')[0] as string)) {
    if (!readCondition(access, type, 'r') || !readCondition(access, type, 's')) continue;
    const ids = list.map((name) => name.slice(type.length + 1));
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE);
      const versions = await services.repository.find(access, type, { kind: 'id', ids: some }, some.length);
      await services.repository.noteIncluded(access, versions);
      for (const version of versions) {
        await breath();
        if (!takes(version)) throw tooCostly('A document of so much is not made here.');
        found.set(`${type}/${version.id}`, resourceOf(version));
      }
    }
  }
  return all.flatMap((name) => found.get(name) ?? []);
}

/** These, and who and what they are told by; `more` names other types that are followed too. Errors: 413. */
export async function withToldBy(
  services: Services,
  access: AccessContext,
  resources: readonly ResourceJson[],
  more: ReadonlySet<string> = new Set(),
): Promise<ResourceJson[]> {
  const all = new Map(resources.map((each) => [nameOf(each), each]));
  let frontier = resources;
  for (let round = 0; round < ROUNDS && frontier.length > 0; round++) {
    const names = frontier
      .flatMap((each) => namesIn(services, each))
      .filter((name) => {
        const type = name.split('/')[0] as string;
        return (TOLD_BY.has(type) || more.has(type)) && !all.has(name);
      });
    requireRoom(services, all.size + new Set(names).size);
    frontier = await readNamed(services, access, names);
    for (const each of frontier) all.set(nameOf(each), each);
  }
  return [...all.values()];
}

export function requireRoom({ limits }: Services, count: number): void {
  if (count > limits.maxIncluded)
    throw tooCostly(`A document holds ${limits.maxIncluded} resources at most, and this would hold more.`);
}

export const entryOf = ({ repository }: Services, resource: ResourceJson): DocumentEntry => ({
  fullUrl: `${repository.baseUrl}/${nameOf(resource)}`,
  resource,
});

/** The Bundle, the Composition first. */
export function documentBundle(
  { now }: Services,
  entry: readonly DocumentEntry[],
  meta?: { readonly profile: readonly string[] },
): ResourceJson {
  const timestamp = new Date(now()).toISOString();
  return {
    resourceType: 'Bundle',
    ...(meta ? { meta } : {}),
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` },
    type: 'document',
    timestamp,
    entry,
  };
}

/** The Bundle as text, made entry by entry: others are let in. Errors: 413 beyond MAX_BUNDLE_BYTES. */
export async function documentText({ limits }: Services, bundle: ResourceJson): Promise<string> {
  const { entry = [], ...rest } = bundle as ResourceJson & { readonly entry?: readonly DocumentEntry[] };
  const texts: string[] = [];
  for (const each of entry) {
    await breath();
    texts.push(stringifyJson(each));
  }
  const text = `${stringifyJson(rest).slice(0, -1)},"entry":[${texts.join(',')}]}`;
  if (text.length > limits.maxAnswer) throw tooCostly(`The document is over ${limits.maxAnswer} bytes.`);
  return text;
}
