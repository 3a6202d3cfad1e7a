/**
 * https://hl7.org/fhir/R4/http.html#transaction: all entries or none. Deletes, creates, updates, then reads, whatever their order in the
 * Bundle; identities are settled first, so that references between entries can be rewritten before anything is stored.
 */
import { FhirError, inEntry, invalid, noMatch } from '@wellspring/profiles';
import { requireUpdate } from '../access/check-write.ts';
import { createBreath } from '../repository/breath.ts';
import type { Write } from '../repository/prepare-writes.ts';
import type { WrittenVersion } from '../repository/repository.ts';
import { batch, bundleText, createRoom, failureText, type Room } from './batch.ts';
import { type Entry, entryRequest, parseEntries, parseEntry, responseText } from './bundle-entry.ts';
import { parseCondition, parseIfMatch } from './condition.ts';
import { type Condition, type LookUp, lookUpTogether } from './look-up.ts';
import { patched } from './patch.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { rewriteReferences } from './rewrite-references.ts';
import { writtenReply } from './version-reply.ts';

/** A conditional create that lost a race is planned again this often. */
const MAX_ATTEMPTS = 3;
const ORDER: Readonly<Record<Entry['method'], number>> = {
  DELETE: 0,
  POST: 1,
  PUT: 2,
  PATCH: 2,
  GET: 3,
  HEAD: 3,
};

/** `POST [base]` with a Bundle. */
export async function batchOrTransaction(services: Services, request: FhirRequest): Promise<Reply> {
  const { kind, entries } = parseEntries(services, request);
  return kind === 'batch' ? batch(services, request, entries) : transaction(services, request, entries);
}

/** What an entry turned out to mean, once its condition was looked up. */
interface Planned {
  readonly entry: Entry;
  /** undefined: a delete whose condition matched nothing. */
  readonly id: string | undefined;
  readonly write: Write | undefined;
}

async function transaction(
  services: Services,
  request: FhirRequest,
  values: readonly unknown[],
): Promise<Reply> {
  const entries = values.map((value, index) => parseEntry(services, value, index));
  entries.sort((a, b) => ORDER[a.method] - ORDER[b.method] || a.index - b.index);
  const writes = entries.filter(({ method }) => ORDER[method] < 3);
  checkFullUrls(writes);
  checkIdentities(writes);
  const isConditional = writes.some((entry) => entry.ifNoneExist !== undefined || entry.id === undefined);
  for (let attempt = 1; ; attempt++) {
    const { planned, undo } = await plan(services, request, writes);
    const done = planned.filter((each) => each.write !== undefined);
    try {
      const results = await services.repository.write(
        request.access,
        done.map((each) => each.write as Write),
        (index) => done[index]?.entry.index ?? 0,
      );
      return respond(
        services,
        request,
        entries,
        planned,
        new Map(done.map((each, i) => [each.entry, results[i]])),
      );
    } catch (error) {
      if (!isConditional || attempt === MAX_ATTEMPTS || !mayBeLostRace(error)) throw error;
      undo();
    }
  }
}

/**
 * Between planning and writing somebody else may have made, or deleted, the resource of a condition: then a reference to the planned id leads
 * to nothing, the store has refused the whole, and planning again finds the right one.
 */
function mayBeLostRace(error: unknown): boolean {
  return (
    error instanceof FhirError &&
    error.issues.some(({ code }) => code === 'business-rule' || code === 'conflict')
  );
}

/** Two entries that would write to whatever one condition matches (https://hl7.org/fhir/R4/http.html#trules). */
function checkIdentities(entries: readonly Entry[]): void {
  const conditions = new Set<string>();
  for (const { method, type, query, id, index } of entries) {
    if (id !== undefined || query === undefined || method === 'POST') continue;
    const condition = `${type}?${query}`;
    if (conditions.has(condition))
      throw invalid('Two entries have the same condition.', `Bundle.entry[${index}].request.url`);
    conditions.add(condition);
  }
}

/** Two entries with one fullUrl, or two writes to one resource, have no defined outcome. */
function checkFullUrls(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { fullUrl, index } of entries) {
    if (fullUrl === undefined) continue;
    if (seen.has(fullUrl))
      throw invalid('Two entries have the same fullUrl.', `Bundle.entry[${index}].fullUrl`);
    seen.add(fullUrl);
  }
}

async function plan(
  services: Services,
  request: FhirRequest,
  entries: readonly Entry[],
): Promise<{ planned: Planned[]; undo: () => void }> {
  const identified: Identified[] = [];
  const lookUp = await lookUpTogether(services, request, entries.flatMap(conditionOf));
  const breath = createBreath();
  for (const entry of entries) {
    await breath();
    try {
      const { id, found } = await identify(services, lookUp, entry);
      identified.push({ ...(await withPatchApplied(services, request, entry, id)), id, found });
    } catch (error) {
      throw error instanceof FhirError ? inEntry(error, entry.index) : error;
    }
  }
  checkTargets(identified);
  const names = new Map<string, string>();
  for (const { entry, id } of identified) {
    if (entry.fullUrl !== undefined && id !== undefined && entry.method !== 'DELETE') {
      names.set(entry.fullUrl, `${entry.type}/${id}`);
    }
  }
  const undo = await rewriteReferences(
    services,
    request,
    identified.map(({ entry }) => entry),
    names,
  );
  const planned = identified.map(({ entry, id, found, version }) => ({
    entry,
    id,
    write: plannedWrite(services, entry, id, found, version),
  }));
  return { planned, undo };
}

interface Identified {
  readonly entry: Entry;
  readonly id: string | undefined;
  readonly found: boolean;
  /** Of a patch: the version that it was applied to. */
  readonly version?: number;
}

/** A patch becomes the update that it amounts to. */
async function withPatchApplied(
  services: Services,
  request: FhirRequest,
  entry: Entry,
  id: string | undefined,
): Promise<{ entry: Entry; version?: number }> {
  if (!entry.patch || id === undefined) return { entry };
  requireUpdate(request.access, entry.type);
  const before = await services.repository.read(request.access, entry.type, id);
  return {
    entry: { ...entry, resource: patched(request.access, before, entry.patch) },
    version: before.version,
  };
}

/** Of an entry that names none by its id. */
function conditionOf({ id, method, type, ifNoneExist, query }: Entry): Condition[] {
  if (id !== undefined) return [];
  const text = method === 'POST' ? ifNoneExist : query;
  return text === undefined || text === '' ? [] : [{ type, query: text }];
}

/** The id an entry is about: given, found by its condition, or new. */
async function identify(
  services: Services,
  lookUp: LookUp,
  entry: Entry,
): Promise<{ id: string | undefined; found: boolean }> {
  if (entry.id !== undefined) return { id: entry.id, found: true };
  if (entry.method === 'POST' && entry.ifNoneExist === undefined)
    return { id: services.repository.newId(), found: false };
  const [condition] = conditionOf(entry);
  if (!condition) throw invalid('The url needs an id or a condition.');
  const match = await lookUp(condition);
  if (match) return { id: match.id, found: true };
  if (entry.method === 'DELETE') return { id: undefined, found: false };
  if (entry.method === 'PATCH') throw noMatch(entry.type);
  return { id: entry.resource?.id ?? services.repository.newId(), found: false };
}

function checkTargets(identified: readonly { entry: Entry; id: string | undefined }[]): void {
  const seen = new Set<string>();
  for (const { entry, id } of identified) {
    if (id === undefined || entry.method === 'POST') continue;
    const name = `${entry.type}/${id}`;
    if (seen.has(name)) {
      throw invalid('Two entries write to the same resource.', `Bundle.entry[${entry.index}].request.url`);
    }
    seen.add(name);
  }
}

function plannedWrite(
  services: Services,
  entry: Entry,
  id: string | undefined,
  found: boolean,
  patchedVersion: number | undefined,
): Write | undefined {
  if (id === undefined) return undefined;
  const expectedVersion = parseIfMatch(entry.ifMatch) ?? patchedVersion;
  const version = expectedVersion === undefined ? {} : { expectedVersion };
  if (entry.method === 'DELETE') return { interaction: 'delete', type: entry.type, id, ...version };
  const resource = entry.resource;
  if (!resource) return undefined;
  if (entry.method === 'PUT' || entry.method === 'PATCH') {
    if (entry.id !== undefined && resource.id !== id) {
      throw inEntry(
        invalid('The id in the resource must be the id in the url.', `${entry.type}.id`),
        entry.index,
      );
    }
    resource.id = id;
    if (found || entry.query === undefined) return { interaction: 'update', resource, id, ...version };
    const unmatched = parseCondition(services, entry.type, entry.query);
    return { interaction: 'update', resource, id, ifNoneExist: unmatched, ...version };
  }
  if (entry.ifNoneExist === undefined) return { interaction: 'create', resource, id };
  const ifNoneExist = parseCondition(services, entry.type, entry.ifNoneExist);
  // What was found already is not created; the condition is asked again inside the store's transaction all the same.
  return { interaction: 'create', resource, id: found ? services.repository.newId() : id, ifNoneExist };
}

async function respond(
  services: Services,
  request: FhirRequest,
  entries: readonly Entry[],
  planned: readonly Planned[],
  results: ReadonlyMap<Entry, WrittenVersion | undefined>,
): Promise<Reply> {
  const answers: string[] = new Array(entries.length);
  for (const { entry } of planned)
    answers[entry.index] = writeAnswer(services, request, entry, results.get(entry));
  const room = createRoom(services, request);
  const breath = createBreath();
  for (const entry of entries) {
    if (ORDER[entry.method] < 3) continue;
    const answer = await readAnswer(services, request, entry, room, planned.length > 0);
    answers[entry.index] = answer;
    await breath();
  }
  return { status: 200, headers: {}, body: bundleText('transaction-response', answers) };
}

/** What was written stands by now: a read that fails says so in its own place. Where nothing was, the whole fails. */
async function readAnswer(
  services: Services,
  request: FhirRequest,
  entry: Entry,
  room: Room,
  isWritten: boolean,
): Promise<string> {
  try {
    room.require();
    const reply = await entry.route.interaction(services, entryRequest(request, entry));
    return room.take(responseText(undefined, reply.status, reply));
  } catch (error) {
    if (isWritten) return failureText(error);
    throw error instanceof FhirError ? inEntry(error, entry.index) : error;
  }
}

const STATUS = { created: 201, updated: 200, found: 200, deleted: 204, absent: 204 } as const;

function writeAnswer(
  services: Services,
  request: FhirRequest,
  entry: Entry,
  result: WrittenVersion | undefined,
): string {
  const version = result?.version;
  if (!result || !version?.body) return responseText(undefined, 204, { headers: {}, body: undefined });
  const { baseUrl } = services.repository;
  // A transaction's answer repeats the resources only where Prefer asks for them: clients know what they sent.
  const wanted = /return=representation/.test(request.headers.prefer ?? '');
  const reply = writtenReply(entryRequest(request, entry), STATUS[result.outcome], version, baseUrl);
  const headers = {
    ...reply.headers,
    Location: `${baseUrl}/${version.type}/${version.id}/_history/${version.version}`,
  };
  const fullUrl = `${baseUrl}/${version.type}/${version.id}`;
  return responseText(fullUrl, STATUS[result.outcome], { headers, body: wanted ? version.body : undefined });
}
