/** `Patient/[id]/$everything` (https://hl7.org/fhir/R4/patient-operation-everything.html): the record, and who and what it refers to. */
import { compartments, forbidden, invalid, isResourceType } from '@wellspring/profiles';
import { DIRECTORY_TYPES } from '../access/owner-table.ts';
import { readCondition } from '../access/read-condition.ts';
import { createBreath } from '../breath.ts';
import { pageWithIncludes } from '../interactions/page-with-includes.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { inCompartment } from '../interactions/search.ts';
import { pageOver } from '../interactions/search-types.ts';
import { bundle } from '../interactions/searchset.ts';
import { mainDateParameter } from '../search/main-date.ts';
import { CURSOR, type SearchRequest } from '../search/parse-search.ts';
import { and } from '../search/query.ts';
import { listOf } from '../search/query-parameters.ts';
import { dateText, inputOf } from './parameters.ts';

const PARAMETERS = ['_type', '_since', '_count', 'start', 'end', CURSOR] as const;

export async function everything(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, PARAMETERS);
  await services.repository.read(request.access, 'Patient', request.id);
  const asked = input.all('_type').flatMap((each) => listOf('_type', each));
  const { types, isShown } = typesOf(request, asked);
  const count = input.one('_count') ?? String(services.limits.maxCount);
  const [since, start, end] = [dateText(input, '_since'), dateText(input, 'start'), dateText(input, 'end')];
  const searches: SearchRequest[] = [];
  const breath = createBreath();
  for (const type of types) {
    await breath();
    const query = queryOf(type, since, start, end);
    const cursor = input.one(CURSOR);
    const paging: [string, string][] = [
      ['_count', count],
      ...(cursor === undefined ? [] : [[CURSOR, cursor] as [string, string]]),
    ];
    const search = await parse(services, request, type, [...query, ...paging]);
    searches.push({
      ...search,
      where: and(search.where, inCompartment('Patient', request.id, type) ?? { kind: 'none' }),
    });
  }
  const [first] = searches as [SearchRequest];
  const isAllShown = types.every(isShown);
  // Whoever a record names is part of reading it, unless other types are asked for: clinicians, places, medicines. Nobody else's record is.
  const named = namedTypes(asked);
  const includes = types.flatMap((source) =>
    named.map((target) => ({ source, param: '*', target, iterate: false })),
  );
  const page = await pageWithIncludes(services, request.access, { ...first, includes }, () =>
    pageOver(services, request, searches, isAllShown ? first : { ...first, total: 'none' }),
  );
  const applied = PARAMETERS.filter((name) => name !== CURSOR).flatMap((name) =>
    input.all(name).map((value): [string, string] => [name, value]),
  );
  const path = `Patient/${request.id}/$everything`;
  const shown = { ...page, matches: page.matches.filter(({ type }) => isShown(type)) };
  return bundle(services, { ...first, applied }, path, shown, []);
}

/** Of what a record refers to outside of itself, what is asked for. */
const namedTypes = (asked: readonly string[]): string[] =>
  [...DIRECTORY_TYPES].filter((type) => asked.length === 0 || asked.includes(type));

interface Walked {
  /** Of the record, to be walked over. */
  readonly types: readonly string[];
  readonly isShown: (type: string) => boolean;
}

/** What the record refers to is found from all of it that may be read, whichever types are to be shown. Errors: 403 where nothing that is asked for may be read. */
function typesOf(request: FhirRequest, asked: readonly string[]): Walked {
  const unknown = asked.find((type) => !isResourceType(type));
  if (unknown !== undefined)
    throw invalid(`'_type': '${unknown.slice(0, 64)}' is not a resource type of R4.`, 'Parameters.parameter');
  const members = ['Patient', ...(compartments.get('Patient')?.keys() ?? [])];
  const mayRead = (type: string): boolean => readCondition(request.access, type, 's') !== undefined;
  const readable = [...new Set(members)].filter((type) => type !== 'AuditEvent' && mayRead(type));
  const isShown = (type: string): boolean => asked.length === 0 || asked.includes(type);
  const own = readable.filter(isShown);
  if (readable.length === 0 || (own.length === 0 && !asked.some(mayRead)))
    throw forbidden("The token's scopes reach nothing of the record.");
  const isNamed = asked.length > 0 && namedTypes(asked).length > 0;
  // Where nothing that is asked for can be found one type is walked over: the answer is an empty one.
  return { types: isNamed ? readable : own.length > 0 ? own : readable.slice(0, 1), isShown };
}

/** `start` and `end` bound the clinical date, of the types that have one. */
function queryOf(
  type: string,
  since: string | undefined,
  start: string | undefined,
  end: string | undefined,
): [string, string][] {
  const date = mainDateParameter(type);
  return [
    ...(since === undefined ? [] : [['_lastUpdated', `ge${since}`] as [string, string]]),
    ...(start === undefined || !date ? [] : [[date, `ge${start}`] as [string, string]]),
    ...(end === undefined || !date ? [] : [[date, `le${end}`] as [string, string]]),
  ];
}
