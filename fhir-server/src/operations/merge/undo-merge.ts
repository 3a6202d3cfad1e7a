/**
 * `Patient/$undo-merge`: takes a merge back, by the Provenance that it left. What nobody has changed since becomes what it was; what was changed keeps the change, and
 * only its references go back. What was first written for the target stays the target's, and what was deleted stays deleted.
 */
import { unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { cloneJson, parseJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import type { Write } from '../../repository/writes/write.ts';
import { patientId } from '../../search/own-references.ts';
import { inUse, not } from '../../search/query.ts';
import type { StoredVersion } from '../../store/store.ts';
import { reply } from './merge.ts';
import {
  type Identifier,
  linksOf,
  type MergeInput,
  mergeInput,
  type PatientJson,
  requireMerger,
} from './merge-input.ts';
import { changedBy, mergeProvenance } from './merge-provenance.ts';
import { type LeftOut, move, placesOf, putBack } from './move.ts';
import { untilWritten, written } from './until-written.ts';

const PARAMETERS = [
  'source-patient',
  'source-patient-identifier',
  'target-patient',
  'target-patient-identifier',
] as const;
const MOST_PROVENANCES = 1000;

interface Undone extends MergeInput {
  /** What the target keeps, though the source has it too. */
  readonly kept: readonly Identifier[];
  /** What it had when it was merged, and does not any more. */
  readonly gone: readonly Identifier[];
  /** `Patient/id` of who was merged into it then, and is not any more. */
  readonly former: readonly string[];
}

interface Change {
  readonly before: StoredVersion;
  readonly resource: ResourceJson;
}

export async function undoMerge(services: Services, request: FhirRequest): Promise<Reply> {
  requireMerger(request);
  return untilWritten(() => undoOnce(services, request));
}

async function undoOnce(services: Services, request: FhirRequest): Promise<Reply> {
  const input = await mergeInput(services, request, PARAMETERS, not(inUse));
  checkUndoable(input);
  const [source, target] = [`Patient/${input.source.version.id}`, `Patient/${input.target.version.id}`];
  const changed = await lastMerge(services, request, source, target);
  const others = await identifiersOfOthers(services, request, input, changed.get(target));
  const changes: Change[] = [];
  for (const [name, version] of changed) {
    const change = await takenBack(services, request, { ...input, ...others }, name, version);
    if (change) changes.push(change);
  }
  const provenance = mergeProvenance(
    services,
    request,
    'unmerge',
    changes.map(({ before }) => before),
  );
  const writes: Write[] = changes.map(({ before, resource }) => ({
    interaction: 'update',
    resource,
    id: before.id,
    expectedVersion: before.version,
    ...(before.type === 'Patient' ? { revives: true } : {}),
  }));
  writes.push({ interaction: 'create', resource: provenance, id: services.repository.newId() });
  const results = await written(services, request, writes);
  const result = results.find(
    ({ version }) => version?.type === 'Patient' && version.id === input.target.version.id,
  );
  const text = `The records are two again: ${changes.length} resources were taken back.`;
  return reply(input, parseJson(result?.version?.body ?? '{}') as PatientJson, {
    severity: 'information',
    code: 'informational',
    diagnostics: text,
  });
}

/** 422: what was merged on in the meantime lies in a third record, and that merge is taken back first. */
function checkUndoable({ source, target }: MergeInput): void {
  if (!linksOf(source.patient, 'replaced-by').includes(`Patient/${target.version.id}`))
    throw unprocessable('The source is not merged into the target.');
  const [next] = linksOf(target.patient, 'replaced-by');
  if (next !== undefined)
    throw unprocessable(
      `The target was merged into ${next} since, and what came from the source with it: take that merge back first.`,
    );
}

/** What the target keeps is also what others brought that are merged into it; what was brought by one that is no more is not its own. */
async function identifiersOfOthers(
  services: Services,
  request: FhirRequest,
  { source, target }: MergeInput,
  made: number | undefined,
): Promise<Pick<Undone, 'kept' | 'former' | 'gone'>> {
  const now = linksOf(target.patient, 'replaces');
  const { id } = target.version;
  const before =
    made === undefined ? undefined : await services.repository.vread(request.access, 'Patient', id, made - 1);
  const then = linksOf(parseJson(before?.body ?? '{}') as PatientJson, 'replaces');
  const others = (names: readonly string[]) =>
    identifiersOf(
      services,
      request,
      names.filter((name) => name !== `Patient/${source.version.id}`),
    );
  const former = then.filter((name) => !now.includes(name));
  return { kept: await others(now), former, gone: await others(former) };
}

async function identifiersOf(
  { repository }: Services,
  { access }: FhirRequest,
  names: readonly string[],
): Promise<readonly Identifier[]> {
  const ids = names.flatMap((name) => patientId(name) ?? []);
  if (ids.length === 0) return [];
  const found = await repository.find(access, 'Patient', { kind: 'id', ids }, ids.length);
  return found.flatMap(({ body }) => (parseJson(body ?? '{}') as PatientJson).identifier ?? []);
}

/** What the newest merge of the two changed. */
async function lastMerge(
  services: Services,
  { access }: FhirRequest,
  source: string,
  target: string,
): Promise<Map<string, number>> {
  const where = { kind: 'reference', param: 'target', targets: [source] } as const;
  const found = await services.repository.find(access, 'Provenance', where, MOST_PROVENANCES);
  const merges = found
    .map(({ body, lastUpdated }) => ({
      lastUpdated,
      changed: changedBy(parseJson(body ?? '{}') as ResourceJson, 'merge'),
    }))
    .filter(({ changed }) => changed?.has(source) && changed.has(target))
    .sort((a, b) => b.lastUpdated - a.lastUpdated);
  const [last] = merges;
  if (!last?.changed) throw unprocessable('There is no Provenance of this merge: it can not be undone.');
  return last.changed;
}

async function takenBack(
  services: Services,
  { access }: FhirRequest,
  input: Undone,
  name: string,
  made: number,
): Promise<Change | undefined> {
  const [type = '', id = ''] = name.split('/');
  const [now] = await services.repository.find(access, type, { kind: 'id', ids: [id] }, 1);
  if (!now) return undefined;
  const before = parseJson(
    (await services.repository.vread(access, type, id, made - 1)).body ?? '{}',
  ) as ResourceJson;
  if (now.version === made) return { before: now, resource: before };
  const resource = cloneJson(parseJson(now.body ?? '{}') as ResourceJson, () => undefined);
  if (type === 'Patient') unlink(resource as PatientJson, before as PatientJson, input);
  else if (!moveBack(services, resource, before, input)) return undefined;
  return { before: now, resource };
}

/** A Patient that was changed since: without the link and the identifiers that the merge brought. */
function unlink(patient: PatientJson, before: PatientJson, { source, target, kept, gone }: Undone): void {
  const isSource = patient.id === source.version.id;
  const [other, type] = isSource ? [target.version.id, 'replaced-by'] : [source.version.id, 'replaces'];
  const link = (patient.link ?? []).filter(
    (each) => each.type !== type || each.other?.reference !== `Patient/${other}`,
  );
  if (link.length > 0) patient.link = link;
  else delete patient.link;
  if (isSource) {
    if (before.active === undefined) delete patient.active;
    else patient.active = before.active;
    return;
  }
  const textOf = ({ system, value }: Identifier): string => `${system}|${value}`;
  const over = new Set(gone.map(textOf));
  const own = (before.identifier ?? []).filter((each) => each.use !== 'old' || !over.has(textOf(each)));
  const known = new Set([...own, ...kept].map(textOf));
  const brought = new Set((source.patient.identifier ?? []).map(textOf));
  const identifier = (patient.identifier ?? []).filter(
    (each) => known.has(textOf(each)) || !brought.has(textOf(each)),
  );
  if (identifier.length > 0) patient.identifier = identifier;
  else delete patient.identifier;
}

/**
 * References that the merge moved and that still stand at their places: in a list at any, where that did not name both before. What it left out of a list that named both comes back.
 */
function moveBack(
  services: Services,
  resource: ResourceJson,
  before: ResourceJson,
  { source, target, former }: Undone,
): boolean {
  const { baseUrl } = services.repository;
  const [from, to] = [`Patient/${source.version.id}`, `Patient/${target.version.id}`];
  const places = (of: ResourceJson, name: string): string[] =>
    placesOf(of, name, baseUrl).map(({ expression }) => expression);
  const [ofSource, ofTarget] = [places(before, from), places(before, to)];
  const exact = new Set(ofSource);
  const alone = new Set(ofSource.map(anywhere));
  for (const place of ofTarget) alone.delete(anywhere(place));
  const leftOut = move(
    cloneJson(before, () => undefined),
    from,
    to,
    baseUrl,
  );
  const shortened = leftOut.map(({ path }) => `${expressionOf(before, path)}[`);
  const moved = placesOf(resource, to, baseUrl).filter(
    ({ expression }) =>
      !shortened.some((list) => expression.startsWith(list)) &&
      (exact.has(expression) || alone.has(anywhere(expression))),
  );
  for (const place of moved) place.set(from);
  return putBack(resource, leftOut, [to, ...former]) || moved.length > 0;
}

const anywhere = (expression: string): string => expression.replace(/\[\d+\]/g, '');

const expressionOf = ({ resourceType }: ResourceJson, path: LeftOut['path']): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${key}`),
    resourceType,
  );
