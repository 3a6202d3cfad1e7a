/**
 * What the entries of a transaction mean: which resource each is about, what is written, where references between them lead
 * (https://hl7.org/fhir/R4/http.html#trules). Identities are settled first; those that overlap are refused.
 */
import { FhirError, inEntry, invalid, noMatch } from '@wellspring/profiles';
import { requireRule } from '../access/check-write.ts';
import { createBreath } from '../breath.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import type { Write } from '../repository/writes/write.ts';
import { type Entry, entryRequest } from './bundle-entry.ts';
import { type BundleIdentities, bundleIdentities, type Written } from './bundle-identities.ts';
import { conditionName, foundOr, parseCondition } from './condition.ts';
import { createExamination } from './examination.ts';
import { type Condition, type LookUp, lookUpTogether } from './look-up.ts';
import { patched } from './patch.ts';
import { expectedVersion, requireWritable } from './preconditions.ts';
import type { FhirRequest, Services } from './request.ts';
import { rewriteNames, rewriteReferences } from './rewrite-references.ts';

/** What an entry turned out to mean, once its condition was looked up. */
export interface Planned {
  readonly entry: Entry;
  /** undefined: a delete whose condition matched nothing. */
  readonly id: string | undefined;
  readonly write: Write | undefined;
  /** What a conditional create found: nothing is written. */
  readonly isThere: boolean;
}

interface Identified {
  readonly entry: Entry;
  readonly id: string | undefined;
  /** Whether there is such a resource already, as far as the entry's condition tells. */
  readonly found: boolean;
  /** The version that must stand when it is written: of a condition of the entry, or the one that a patch was applied to. */
  readonly version: number | undefined;
}

/** What the Bundle alone tells to be wrong: two entries with one fullUrl, or with one condition, have no defined outcome. */
export function checkEntries(entries: readonly Entry[]): void {
  const names = new Set<string>();
  const conditions = new Set<string>();
  for (const { fullUrl, index, method, type, query, id } of entries) {
    if (fullUrl !== undefined) {
      if (names.has(fullUrl))
        throw invalid('Two entries have the same fullUrl.', `Bundle.entry[${index}].fullUrl`);
      names.add(fullUrl);
    }
    if (id !== undefined || query === '' || method === 'POST') continue;
    const condition = `${type}?${query}`;
    if (conditions.has(condition))
      throw invalid('Two entries have the same condition.', `Bundle.entry[${index}].request.url`);
    conditions.add(condition);
  }
}

/** `reads`: what is asked when all is written; what it is given may name the entries, too. `undo`: the entries' resources as they were before. Errors name the entry. */
export async function plan(
  services: Services,
  request: FhirRequest,
  entries: readonly Entry[],
  reads: readonly Entry[],
): Promise<{ planned: Planned[]; undo: () => void }> {
  const undoIds = keepIds(entries);
  const identified: Identified[] = [];
  const created = new Map<string, string>();
  const examination = createExamination(request.access);
  const lookUp = await lookUpTogether(services, request, entries.flatMap(conditionOf), examination);
  const breath = createBreath();
  for (const entry of entries) {
    await breath();
    try {
      identified.push(await identify(services, request, lookUp, entry, created));
    } catch (error) {
      throw error instanceof FhirError ? inEntry(error, entry.index) : error;
    }
  }
  checkTargets(identified);
  const undoNames = rewriteNames([...identified.map(({ entry }) => entry), ...reads], namesOf(identified));
  const written = writtenOf(identified);
  const identities = bundleIdentities(written, services.now(), examination);
  await checkConditions(services, request, identified, identities);
  const replaced = identified.flatMap(({ entry: { type, method }, id }) =>
    id === undefined || method === 'POST' ? [] : [`${type}/${id}`],
  );
  const undoReferences = await rewriteReferences(
    services,
    request,
    identified.map(({ entry }) => entry),
    { identities, examination, replaced: new Set(replaced) },
  );
  const planned = identified.map(({ entry, id, found, version }) => ({
    entry,
    id,
    write: plannedWrite(services, request, entry, id, found, version),
    isThere: found && entry.method === 'POST',
  }));
  return {
    planned,
    undo: () => {
      undoReferences();
      undoNames();
      undoIds();
    },
  };
}

/** The ids as they came: a conditional update gets the one of what it finds. */
function keepIds(entries: readonly Entry[]): () => void {
  const ids = entries.map(({ resource }) => resource?.id);
  return () => {
    for (const [i, { resource }] of entries.entries()) {
      if (!resource) continue;
      const id = ids[i];
      if (id === undefined) delete resource.id;
      else resource.id = id;
    }
  };
}

/** fullUrl → `Type/id`. */
function namesOf(identified: readonly Identified[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { entry, id } of identified) {
    if (entry.fullUrl !== undefined && id !== undefined && entry.method !== 'DELETE')
      names.set(entry.fullUrl, `${entry.type}/${id}`);
  }
  return names;
}

/** What will stand when the transaction is done: not what a conditional create found. */
function writtenOf(identified: readonly Identified[]): Written[] {
  return identified.flatMap(({ entry, id, found }) =>
    id === undefined || !entry.resource || (entry.method === 'POST' && found)
      ? []
      : [{ index: entry.index, id, resource: entry.resource }],
  );
}

/** The id an entry is about: given, found by its condition, or new. `created`: condition → id of the conditional creates before. */
async function identify(
  services: Services,
  request: FhirRequest,
  lookUp: LookUp,
  entry: Entry,
  created: Map<string, string>,
): Promise<Identified> {
  const { id, found } = await idOf(services, lookUp, entry, created);
  if (id === undefined || !found || entry.method === 'POST') return { entry, id, found, version: undefined };
  const asked = entryRequest(services, request, entry);
  if (!entry.patch) {
    const version = await expectedVersion(services, asked, entry.type, id);
    return { entry, id, found, version };
  }
  // A patch becomes the update that it amounts to.
  requireRule(request.access, 'u', entry.type);
  const before = await services.repository.read(request.access, entry.type, id);
  requireWritable(asked.headers, before);
  return {
    entry: { ...entry, resource: patched(request.access, before, entry.patch) },
    id,
    found,
    version: before.version,
  };
}

async function idOf(
  services: Services,
  lookUp: LookUp,
  entry: Entry,
  created: Map<string, string>,
): Promise<{ id: string | undefined; found: boolean }> {
  if (entry.id !== undefined) return { id: entry.id, found: true };
  const query = entry.method === 'POST' ? entry.ifNoneExist : entry.query;
  if (entry.method === 'POST' && query === undefined)
    return { id: services.repository.newId(), found: false };
  if (query === undefined || query === '') throw invalid('The url needs an id or a condition.');
  // Created if there is none yet: the second of two such entries finds what the first one made.
  const name = conditionName(entry.type, query, entry.resource);
  const before = entry.method === 'POST' ? created.get(name) : undefined;
  if (before !== undefined) return { id: before, found: true };
  const match = await lookUp({
    type: entry.type,
    query,
    resource: entry.resource,
    isMeant: entry.method === 'POST',
  });
  const id = match?.id ?? newIdOf(services, entry);
  if (entry.method === 'POST' && id !== undefined) created.set(name, id);
  return { id, found: match !== undefined };
}

/** Of an entry that names none by its id. */
function conditionOf({ id, method, type, ifNoneExist, query, resource }: Entry): Condition[] {
  if (id !== undefined) return [];
  const text = method === 'POST' ? ifNoneExist : query;
  return text === undefined || text === '' ? [] : [{ type, query: text, resource }];
}

function newIdOf(services: Services, entry: Entry): string | undefined {
  if (entry.method === 'DELETE') return undefined;
  if (entry.method === 'PATCH') throw noMatch(entry.type);
  return (entry.method === 'PUT' ? entry.resource?.id : undefined) ?? services.repository.newId();
}

const SAME = 'Two entries are about the same resource.';

/** One write to a resource at most; and what a conditional create found is not written to beside it. */
function checkTargets(identified: readonly Identified[]): void {
  const written = new Map<string, Entry['method']>();
  for (const { entry, id } of identified) {
    if (id === undefined) continue;
    const name = `${entry.type}/${id}`;
    const other = written.get(name);
    if (other !== undefined && !(other === 'POST' && entry.method === 'POST'))
      throw invalid(SAME, `Bundle.entry[${entry.index}].request.url`);
    written.set(name, entry.method);
  }
}

/** A condition that also matches what another entry writes means that one too (trules: identities must not overlap). */
async function checkConditions(
  services: Services,
  request: FhirRequest,
  identified: readonly Identified[],
  identities: BundleIdentities,
): Promise<void> {
  for (const { entry, id } of identified) {
    const query =
      entry.method === 'POST' ? entry.ifNoneExist : entry.id === undefined ? entry.query : undefined;
    if (!query) continue;
    const condition = parseCondition(services, request, entry.type, query, entry.resource);
    const matching = await identities.matching(entry.type, condition);
    const other = matching.find((each) => each.id !== id);
    if (other) {
      const at = entry.method === 'POST' ? 'ifNoneExist' : 'url';
      throw invalid(
        `The condition is met by what entry ${other.index} writes: ${SAME.toLowerCase()}`,
        `Bundle.entry[${entry.index}].request.${at}`,
      );
    }
  }
}

function plannedWrite(
  services: Services,
  request: FhirRequest,
  entry: Entry,
  id: string | undefined,
  found: boolean,
  expected: number | undefined,
): Write | undefined {
  if (id === undefined) return undefined;
  const version = expected === undefined ? {} : { expectedVersion: expected };
  if (entry.method === 'DELETE') return { interaction: 'delete', type: entry.type, id, ...version };
  const resource = entry.resource;
  if (!resource) return undefined;
  if (entry.method !== 'POST') {
    const isNewId = resource.id === undefined;
    const named = withId(entry, resource, id);
    if (found || entry.query === '') return { interaction: 'update', resource: named, id, ...version };
    const unmatched = parseCondition(services, request, entry.type, entry.query, resource);
    return { interaction: 'update', resource: named, id, ifNoneExist: unmatched, isNewId, ...version };
  }
  if (entry.ifNoneExist === undefined) return { interaction: 'create', resource, id };
  const ifNoneExist = foundOr(services, request, entry.type, entry.ifNoneExist, {
    resource,
    found: found ? id : undefined,
  });
  // What was found already is not created; the condition is asked again inside the store's transaction all the same.
  return { interaction: 'create', resource, id: found ? services.repository.newId() : id, ifNoneExist };
}

function withId(entry: Entry, resource: ResourceJson, id: string): ResourceJson {
  if (resource.id !== undefined && resource.id !== id) {
    const text =
      entry.id === undefined
        ? 'The id in the resource is not that of what the condition matches.'
        : 'The id in the resource must be the id in the url.';
    throw inEntry(invalid(text, `${entry.type}.id`), entry.index);
  }
  if (entry.id !== undefined && resource.id === undefined)
    throw inEntry(
      invalid('The id in the resource must be the id in the url.', `${entry.type}.id`),
      entry.index,
    );
  resource.id = id;
  return resource;
}
