/** `$export` of the system, of all patients, of a Group (https://hl7.org/fhir/uv/bulkdata/STU3/export.html): takes the order; jobs/export does the work. */
import {
  choiceProperties,
  elementType,
  forbidden,
  type Issue,
  invalid,
  isResourceType,
  resourceTypes,
  throttled,
} from '@wellspring/profiles';
import { labelledRestricted } from '../../access/labels.ts';
import { isSystem } from '../../access/read-condition.ts';
import type { FhirRequest, Interaction, Reply, Services } from '../../interactions/request.ts';
import { dateRange } from '../../search/date-range.ts';
import { and, not } from '../../search/query.ts';
import { isRootElement } from '../../search/query-parameters.ts';
import { queryOf, queryText } from '../../search/query-text.ts';
import {
  EXPORT,
  type ExportData,
  type ExportedType,
  type ExportLevel,
  type ExportOrder,
  PATIENTS,
} from './export-order.ts';
import { groupPatients, namedPatients } from './export-patients.ts';
import { exportedTypes, exportGrounds } from './exported-types.ts';
import { type KickOffInput, kickOffInput } from './kick-off-input.ts';

const PARAMETERS = {
  _outputFormat: 'list',
  _since: 'date',
  _until: 'date',
  _type: 'list',
  _typeFilter: 'list',
  _elements: 'list',
  includeAssociatedData: 'list',
  organizeOutputBy: 'list',
  allowPartialManifests: 'truth',
} as const;
const FORMATS: ReadonlySet<string> = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson']);
const PROVENANCE = { LatestProvenanceResources: 'latest', RelevantProvenanceResources: 'relevant' } as const;
const BUSY_SECONDS = 60;
/** Members of a Group that are left out. */
const MOST_TOLD = 100;
const ONLY_RECORDS: Issue = {
  severity: 'information',
  code: 'informational',
  diagnostics:
    'Files that are organized by Patient hold what is in the record of a patient, and nothing else.',
};

export const exportOf =
  (level: ExportLevel): Interaction =>
  async (services, request) => {
    // SMART Backend Services: nobody's own token takes whole populations along.
    if (!isSystem(request.access)) throw forbidden('$export needs system/ scopes.');
    const input = kickOffInput(
      request,
      level === 'system' ? PARAMETERS : { ...PARAMETERS, patient: 'reference' },
    );
    const group = level === 'group' ? await groupPatients(services, request) : undefined;
    input.notices.push(...bounded(group?.unknown ?? []));
    const patients = (await namedPatients(services, request, input, group?.members)) ?? group?.members;
    const asked = await orderOf(services, request, input, level);
    const order: ExportOrder = {
      ...asked,
      types: group?.withholdsRestricted ? asked.types.map(withoutRestricted) : asked.types,
      listed: patients !== undefined,
      memberFilters: group?.filters ?? [],
    };
    const { clientId } = request.access;
    if ((await services.jobs.openOf(EXPORT, clientId)) >= services.bulk.jobsOfOne)
      throw throttled(BUSY_SECONDS);
    const data: ExportData = { order, at: 0, resources: 0, files: [] };
    const id = await services.jobs.begin({
      kind: EXPORT,
      grounds: exportGrounds(request.access, order.types),
      data,
      ...(patients ? { parts: { [PATIENTS]: JSON.stringify([...patients]) } } : {}),
    });
    return accepted(services, id, order);
  };

/** Of a Group whose members are all told so, a line each would say no more. */
function bounded(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length <= MOST_TOLD) return issues;
  const more: Issue = {
    severity: 'warning',
    code: 'not-found',
    diagnostics: `${issues.length - MOST_TOLD} more members of the Group are left out like these.`,
    expression: 'Group.member',
  };
  return [...issues.slice(0, MOST_TOLD), more];
}

const withoutRestricted = (each: ExportedType): ExportedType => ({
  ...each,
  where: queryText(and(queryOf(each.where), not(labelledRestricted))),
});

function accepted({ repository }: Services, id: string, { separateStatus }: ExportOrder): Reply {
  const applied = separateStatus ? 'respond-async, separate-export-status' : 'respond-async';
  return {
    status: 202,
    headers: { 'Content-Location': `${repository.baseUrl}/$export/${id}`, 'Preference-Applied': applied },
    body: undefined,
  };
}

async function orderOf(
  services: Services,
  request: FhirRequest,
  input: KickOffInput,
  level: ExportLevel,
): Promise<Omit<ExportOrder, 'listed' | 'memberFilters'>> {
  const format = input.one('_outputFormat');
  if (format !== undefined && !FORMATS.has(format.replace(' ', '+')))
    input.leaveOut("'_outputFormat' takes application/fhir+ndjson.");
  const organizedBy = input.one('organizeOutputBy');
  if (organizedBy !== undefined && organizedBy !== 'Patient')
    input.leaveOut("'organizeOutputBy' takes Patient.");
  const since = instantOf(input, '_since');
  const until = instantOf(input, '_until');
  const provenance = provenanceOf(input);
  const types = await exportedTypes(services, request, input, level);
  if (organizedBy === 'Patient') input.notices.push(ONLY_RECORDS);
  return {
    level,
    request: urlOf(services, request, level),
    types,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    elements: elementsOf(input),
    ...(organizedBy === 'Patient' ? { organizedBy } : {}),
    allowsPartial: booleanOf(input, 'allowPartialManifests'),
    separateStatus: /separate-export-status/.test(request.headers.prefer ?? ''),
    provenance,
    notices: input.notices,
  };
}

function urlOf({ repository }: Services, { id, query }: FhirRequest, level: ExportLevel): string {
  const place = { system: '', patient: '/Patient', group: `/Group/${id}` }[level];
  const text = new URLSearchParams(query as [string, string][]).toString();
  return `${repository.baseUrl}${place}/$export${text === '' ? '' : `?${text}`}`;
}

/** Which the calendar may still not have. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+ -]\d{2}:\d{2}))?$/;

/** A FHIR instant; a day means its beginning in UTC. A plus sign that was not escaped arrives as a space. */
function instantOf(input: KickOffInput, name: string): number | undefined {
  const text = input.one(name);
  if (text === undefined) return undefined;
  const range = INSTANT.test(text) ? dateRange(text) : undefined;
  if (!range) throw invalid(`'${name}' takes an instant, such as 2026-01-31T12:00:00Z.`);
  return range.low;
}

function booleanOf(input: KickOffInput, name: string): boolean {
  const text = input.one(name);
  if (text !== undefined && text !== 'true' && text !== 'false')
    throw invalid(`'${name}' takes true or false.`);
  return text === 'true';
}

function provenanceOf(input: KickOffInput): ExportOrder['provenance'] {
  const given = input.list('includeAssociatedData');
  const known = given.flatMap((value) => {
    if (Object.hasOwn(PROVENANCE, value)) return PROVENANCE[value as keyof typeof PROVENANCE];
    input.leaveOut(`'includeAssociatedData' does not know '${value.slice(0, 64)}'.`);
    return [];
  });
  // Of several the one that gives most.
  if (known.includes('relevant')) return 'relevant';
  return known[0] ?? 'all';
}

function elementsOf(input: KickOffInput): readonly string[] {
  return input.list('_elements').filter((element) => {
    if (isRootElement(element) && isOfSomeType(element)) return true;
    input.leaveOut(`'_elements': '${element.slice(0, 64)}' is no element at the root of a resource.`);
    return false;
  });
}

/** `Patient.name`, or `name`, which some type has. */
function isOfSomeType(element: string): boolean {
  const [first = '', named] = element.split('.');
  const [types, name] = named === undefined ? [resourceTypes, first] : [[first], named];
  return types.some(
    (type) =>
      isResourceType(type) &&
      (elementType(type, name) !== undefined ||
        choiceProperties(type, name.replace(/\[x\]$/, '')).length > 0),
  );
}
