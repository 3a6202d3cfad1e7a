/** `Patient/[id]/$everything` (https://hl7.org/fhir/R4/patient-operation-everything.html): the record, and who and what it refers to. */
import { compartments, forbidden, invalid, isResourceType } from '@wellspring/profiles';
import { DIRECTORY_TYPES } from '../access/owner-table.ts';
import { readCondition } from '../access/read-condition.ts';
import { createBreath } from '../breath.ts';
import { pageWithIncludes } from '../interactions/page-with-includes.ts';
import { parse } from '../interactions/parse.ts';
import { referredTo } from '../interactions/referred-to.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { inCompartment } from '../interactions/search.ts';
import { pageOver } from '../interactions/search-types.ts';
import { bundle } from '../interactions/searchset.ts';
import { mainDateParameter } from '../search/main-date.ts';
import { CURSOR, type Include, type SearchRequest } from '../search/parse-search.ts';
import { and } from '../search/query.ts';
import { listOf } from '../search/query-parameters.ts';
import { dateText, inputOf, type OperationInput } from './parameters.ts';

const PARAMETERS = {
  _type: 'list',
  _since: 'date',
  _count: 'number',
  start: 'date',
  end: 'date',
  [CURSOR]: 'text',
} as const;

/**
 * Without `_type`: the record, each page with whoever it names. With it: what is asked for of the record, and of what the record names; each is found by itself, so that
 * no page is empty and the audit log tells of what was asked for.
 */
export async function everything(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, PARAMETERS);
  await services.repository.read(request.access, 'Patient', request.id);
  const asked = input.all('_type').flatMap((each) => listOf('_type', each));
  const types = typesOf(request, asked);
  const paging = pagingOf(services, input);
  const [since, start, end] = [dateText(input, '_since'), dateText(input, 'start'), dateText(input, 'end')];
  const inRecord = async (type: string, from: string | undefined): Promise<SearchRequest> => {
    const search = await parse(services, request, type, [...queryOf(type, from, start, end), ...paging]);
    const within = inCompartment('Patient', request.id, type) ?? { kind: 'none' };
    return { ...search, where: and(search.where, within) };
  };
  const searches: SearchRequest[] = [];
  const breath = createBreath();
  for (const type of types.own) {
    await breath();
    searches.push(await inRecord(type, since));
  }
  if (types.named.length > 0) {
    const record: SearchRequest[] = [];
    for (const type of types.record) {
      await breath();
      record.push(await inRecord(type, undefined));
    }
    const found = await referredTo(
      services,
      request.access,
      record,
      leadingTo(
        types.record,
        types.named.filter((type) => DIRECTORY_TYPES.has(type)),
      ),
      performance.now() + services.limits.searchMs,
    );
    for (const type of types.named) {
      const search = await parse(services, request, type, [...sinceOf(since), ...paging]);
      searches.push({ ...search, where: and(search.where, found.get(type) ?? { kind: 'none' }) });
    }
  }
  const [first] = searches as [SearchRequest];
  // Whoever a record names is part of reading it, unless types are asked for: clinicians, places, medicines. Nobody else's record is.
  const includes = asked.length === 0 ? leadingTo(types.own, [...DIRECTORY_TYPES]) : [];
  const page = await pageWithIncludes(services, request.access, { ...first, includes }, () =>
    pageOver(services, request, searches, first),
  );
  const applied = Object.keys(PARAMETERS)
    .filter((name) => name !== CURSOR)
    .flatMap((name) => input.all(name).map((value): [string, string] => [name, value]));
  return bundle(services, { ...first, applied }, `Patient/${request.id}/$everything`, page, []);
}

function pagingOf({ limits }: Services, input: OperationInput): [string, string][] {
  const cursor = input.one(CURSOR);
  return [
    ['_count', input.one('_count') ?? String(limits.maxCount)],
    ...(cursor === undefined ? [] : [[CURSOR, cursor] as [string, string]]),
  ];
}

const leadingTo = (sources: readonly string[], targets: readonly string[]): Include[] =>
  sources.flatMap((source) => targets.map((target) => ({ source, param: '*', target, iterate: false })));

interface Walked {
  /** All of the record that may be read. */
  readonly record: readonly string[];
  /** Of the record, what is asked for. */
  readonly own: readonly string[];
  /** Of what it refers to outside of itself, what is asked for by its type. */
  readonly named: readonly string[];
}

/** Errors: 403 where nothing that is asked for may be read. */
function typesOf(request: FhirRequest, asked: readonly string[]): Walked {
  const unknown = asked.find((type) => !isResourceType(type));
  if (unknown !== undefined)
    throw invalid(`'_type': '${unknown.slice(0, 64)}' is not a resource type of R4.`, 'Parameters.parameter');
  const mayRead = (type: string): boolean =>
    type !== 'AuditEvent' && readCondition(request.access, type, 's') !== undefined;
  const members = new Set(['Patient', ...(compartments.get('Patient')?.keys() ?? [])]);
  const record = [...members].filter(mayRead);
  if (asked.length === 0) {
    if (record.length === 0) throw forbidden(NOTHING);
    return { record, own: record, named: [] };
  }
  const readable = [...new Set(asked)].filter(mayRead);
  if (record.length === 0 || readable.length === 0) throw forbidden(NOTHING);
  const own = record.filter((type) => readable.includes(type));
  // Beside directories a record names nothing that is not somebody's: of other types nothing is found.
  const named = readable.filter((type) => !members.has(type));
  return { record, own, named };
}

const NOTHING = "The token's scopes reach nothing of the record.";

const sinceOf = (since: string | undefined): [string, string][] =>
  since === undefined ? [] : [['_lastUpdated', `ge${since}`]];

/** `start` and `end` bound the clinical date, of the types that have one. */
function queryOf(
  type: string,
  since: string | undefined,
  start: string | undefined,
  end: string | undefined,
): [string, string][] {
  const date = mainDateParameter(type);
  return [
    ...sinceOf(since),
    ...(start === undefined || !date ? [] : [[date, `ge${start}`] as [string, string]]),
    ...(end === undefined || !date ? [] : [[date, `le${end}`] as [string, string]]),
  ];
}
