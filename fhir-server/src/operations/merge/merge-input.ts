/** Which two Patients a merge, or its undoing, is about: by reference, by identifiers, or by both. */
import { forbidden, type Issue, invalid, resourceTypes, unprocessable } from '@wellspring/profiles';
import { requireWriteScope } from '../../access/check-write.ts';
import { OWNER_ELEMENTS } from '../../access/owner-table.ts';
import { isPatientLevel, readCondition } from '../../access/read-condition.ts';
import { writeBound } from '../../access/staff-writes.ts';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { parseJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import { localReference, patientId } from '../../search/own-references.ts';
import { all, and, inUse, type QueryNode } from '../../search/query.ts';
import type { StoredVersion } from '../../store/store.ts';

type Json = Record<string, unknown>;

export interface Identifier {
  readonly system?: string;
  readonly value?: string;
  readonly use?: string;
}

export interface PatientLink {
  readonly other?: { readonly reference?: string };
  readonly type?: string;
}

export type PatientJson = ResourceJson & {
  id: string;
  active?: boolean;
  identifier?: Identifier[];
  link?: PatientLink[];
};

/** A Patient as it stands. */
export interface Standing {
  readonly version: StoredVersion;
  readonly patient: PatientJson;
}

export interface MergeInput {
  readonly source: Standing;
  readonly target: Standing;
  readonly result: PatientJson | undefined;
  readonly preview: boolean;
  /** As it came. */
  readonly parameters: ResourceJson;
}

/** Who may change everybody's records, of every kind: what can't be seen can't be moved. Throws 403. */
export function requireMerger({ access }: FhirRequest): void {
  if (isPatientLevel(access)) throw forbidden('Records are merged by staff and systems.');
  for (const type of resourceTypes) {
    if (type !== 'Patient' && !Object.hasOwn(OWNER_ELEMENTS, type)) continue;
    if (type === 'AuditEvent') continue;
    if (
      readCondition(access, type, 's')?.kind !== 'all' ||
      requireWriteScope(access, 'u', type) !== 'unrestricted' ||
      writeBound(access, 'u', type)
    )
      throw forbidden('Records are merged by those who may read and change everybody’s.');
  }
}

/** `sources`: which Patient is meant by an identifier that several have. Errors: 400 for what is missing or wrong, 422 where no single Patient is meant. */
export async function mergeInput(
  services: Services,
  request: FhirRequest,
  allowed: readonly string[],
  sources: QueryNode = inUse,
): Promise<MergeInput> {
  const { resource } = request;
  if (resource?.resourceType !== 'Parameters') throw invalid('The body must be a Parameters resource.');
  const given = (Array.isArray(resource.parameter) ? resource.parameter : []) as Json[];
  const unknown = given.find(({ name }) => !allowed.includes(String(name)));
  if (unknown) throw invalid(`The operation has no parameter '${String(unknown.name).slice(0, 64)}'.`);
  const inUrl = request.query.find(([name]) => name !== '_format' && name !== '_pretty');
  if (inUrl)
    throw invalid(`'${inUrl[0].slice(0, 64)}': the parameters are in the body.`, 'Parameters.parameter');
  const source = await meant(services, request, given, 'source-patient', sources);
  const target = await meant(services, request, given, 'target-patient', inUse);
  if (source.version.id === target.version.id) throw unprocessable('Source and target are the same Patient.');
  const result = once(given, 'result-patient', 'resource') as PatientJson | undefined;
  const preview = once(given, 'preview', 'valueBoolean') === true;
  return { source, target, result, preview, parameters: resource };
}

/** Of a parameter that may be given once, by this member: whoever means a preview and writes it otherwise merges nothing. Throws 400. */
function once(given: readonly Json[], name: string, member: string): unknown {
  const [first, another] = given.filter((each) => each.name === name);
  if (another) throw invalid(`'${name}' may be given once.`, 'Parameters.parameter');
  if (first && first[member] === undefined)
    throw invalid(`'${name}' takes a ${member.replace('value', '')}.`, 'Parameters.parameter');
  return first?.[member];
}

async function meant(
  services: Services,
  request: FhirRequest,
  given: readonly Json[],
  name: string,
  of: QueryNode,
): Promise<Standing> {
  const reference = once(given, name, 'valueReference') as
    | { reference?: string; identifier?: Identifier }
    | undefined;
  const identifiers = given
    .filter((each) => each.name === `${name}-identifier`)
    .map((each) => each.valueIdentifier as Identifier);
  if (reference?.identifier) identifiers.push(reference.identifier);
  const local = reference?.reference && localReference(reference.reference, services.repository.baseUrl);
  const id = patientId(local);
  if (local !== undefined && id === undefined) throw invalid(`'${name}' must refer to a Patient here.`);
  if (identifiers.some((each) => !each?.value)) throw invalid(`'${name}-identifier' needs a value.`);
  if (id === undefined && identifiers.length === 0)
    throw invalid(`'${name}' or '${name}-identifier' is needed.`);
  const where = and(
    ...(id === undefined ? [] : [{ kind: 'id', ids: [id] } as const]),
    ...identifiers.map(tokenOf),
  );
  const find = (beside: QueryNode) =>
    services.repository.find(request.access, 'Patient', and(where, beside), 2);
  // By identifiers that a merge made those of both, the one is meant that can be.
  const meantOnes = id === undefined ? await find(of) : [];
  const [version, another] = meantOnes.length > 0 ? meantOnes : await find(all);
  if (!version)
    throw unprocessable(`'${name}': there is no such Patient, or it has not all of these identifiers.`);
  if (another) throw unprocessable(`'${name}': several Patients have these identifiers.`);
  return { version, patient: parseJson(version.body ?? '{}') as PatientJson };
}

const tokenOf = ({ system, value = '' }: Identifier): QueryNode => ({
  kind: 'token',
  param: 'identifier',
  code: value,
  ...(system === undefined ? {} : { system }),
});

export const linksOf = ({ link = [] }: PatientJson, type: string): string[] =>
  link.flatMap((each) => (each.type === type ? (each.other?.reference ?? []) : []));

export const outcomeOf = (issues: readonly Issue[]): object => ({
  resourceType: 'OperationOutcome',
  issue: issues,
});
