/**
 * `Patient/$undo-merge`: takes a merge back, by the Provenance that it left. What nobody has changed since becomes what it was; what was changed keeps the change, and
 * only its references go back. What was first written for the target stays the target's, and what was deleted stays deleted.
 */
import { unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { cloneJson, parseJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import type { Write } from '../../repository/writes/write.ts';
import type { StoredVersion } from '../../store/store.ts';
import { reply } from './merge.ts';
import { linksOf, type MergeInput, mergeInput, type PatientJson, requireMerger } from './merge-input.ts';
import { changedBy, mergeProvenance } from './merge-provenance.ts';
import { placesOf } from './referrers.ts';

const PARAMETERS = [
  'source-patient',
  'source-patient-identifier',
  'target-patient',
  'target-patient-identifier',
] as const;
const MOST_PROVENANCES = 1000;

interface Change {
  readonly before: StoredVersion;
  readonly resource: ResourceJson;
}

export async function undoMerge(services: Services, request: FhirRequest): Promise<Reply> {
  requireMerger(request);
  const input = await mergeInput(services, request, PARAMETERS);
  const [source, target] = [`Patient/${input.source.version.id}`, `Patient/${input.target.version.id}`];
  if (!linksOf(input.source.patient, 'replaced-by').includes(target))
    throw unprocessable('The source is not merged into the target.');
  const changed = await lastMerge(services, request, source, target);
  const changes: Change[] = [];
  for (const [name, version] of changed) {
    const change = await takenBack(services, request, input, name, version);
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
  }));
  writes.push({ interaction: 'create', resource: provenance, id: services.repository.newId() });
  const written = await services.repository.write(request.access, writes);
  const result = written.find(
    ({ version }) => version?.type === 'Patient' && version.id === input.target.version.id,
  );
  const text = `The records are two again: ${changes.length} resources were taken back.`;
  return reply(input, parseJson(result?.version?.body ?? '{}') as PatientJson, {
    severity: 'information',
    code: 'informational',
    diagnostics: text,
  });
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
  input: MergeInput,
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
function unlink(patient: PatientJson, before: PatientJson, { source, target }: MergeInput): void {
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
  const known = new Set((before.identifier ?? []).map(({ system, value }) => `${system}|${value}`));
  const brought = new Set((source.patient.identifier ?? []).map(({ system, value }) => `${system}|${value}`));
  const identifier = (patient.identifier ?? []).filter(
    ({ system, value }) => known.has(`${system}|${value}`) || !brought.has(`${system}|${value}`),
  );
  if (identifier.length > 0) patient.identifier = identifier;
  else delete patient.identifier;
}

/** References that the merge moved and that still stand at their places. */
function moveBack(
  services: Services,
  resource: ResourceJson,
  before: ResourceJson,
  { source, target }: MergeInput,
): boolean {
  const { baseUrl } = services.repository;
  const from = new Set(
    placesOf(before, `Patient/${source.version.id}`, baseUrl).map(({ expression }) => expression),
  );
  const places = placesOf(resource, `Patient/${target.version.id}`, baseUrl).filter(({ expression }) =>
    from.has(expression),
  );
  for (const place of places) place.set(`Patient/${source.version.id}`);
  return places.length > 0;
}
