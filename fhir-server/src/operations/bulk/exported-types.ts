/** Which types an export holds, and which resources of each: what the level reaches, what the client may read, what it asked for. */
import { forbidden, invalid, isResourceType, resourceTypes } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { OWNER_ELEMENTS } from '../../access/owner-table.ts';
import { readCondition } from '../../access/read-condition.ts';
import { restrict } from '../../access/restrict.ts';
import { groundsIn, type KeptAccess } from '../../access/standing.ts';
import { parse } from '../../interactions/parse.ts';
import { type FhirRequest, isLenient, type Services } from '../../interactions/request.ts';
import { and, or, type QueryNode } from '../../search/query.ts';
import { queryParameters } from '../../search/query-parameters.ts';
import { queryText } from '../../search/query-text.ts';
import { type ExportedType, type ExportLevel, SUPPORTING } from './export-order.ts';
import type { KickOffInput } from './kick-off-input.ts';

/** The audit log is no part of the store. What a Binary holds of a patient is reached by the attachment that names it. */
const SYSTEM_TYPES = resourceTypes.filter((type) => type !== 'AuditEvent');
const RECORD_TYPES = resourceTypes.filter(
  (type) =>
    type === 'Patient' || (Object.hasOwn(OWNER_ELEMENTS, type) && type !== 'AuditEvent' && type !== 'Binary'),
);

/** Errors: 403 for a type that the token does not read, 400 for one that this level does not hold; where these are left out, for what leaves nothing. */
export async function exportedTypes(
  services: Services,
  request: FhirRequest,
  input: KickOffInput,
  level: ExportLevel,
): Promise<ExportedType[]> {
  const held =
    level === 'system'
      ? SYSTEM_TYPES
      : resourceTypes.filter((type) => RECORD_TYPES.includes(type) || SUPPORTING.has(type));
  const asked = askedTypes(request, input, held);
  if (asked?.length === 0 && !input.list('_type').some((type) => held.includes(type)))
    throw invalid("'_type' names no type that this export holds.", '_type');
  if (level !== 'system' && asked?.length && asked.every((type) => SUPPORTING.has(type)))
    input.leaveOut("'_type' names only types that are outside of patients' records.");
  const filters = await typeFilters(services, request, input, asked ?? held);
  const types = (asked ?? held).flatMap((type): ExportedType[] => {
    const granted = grantedOf(request.access, type);
    if (!granted) return [];
    const filter = filters.get(type);
    const where = filter ? and(granted, or(...filter)) : granted;
    return [{ type, granted: queryText(granted), where: queryText(where) }];
  });
  if (types.length === 0) throw forbidden("The token's scopes reach nothing of what was asked for.");
  return types;
}

/** What an export rests on: of the token that began it what reads these types, each by itself, so that it goes on for as long as its client may have just those. */
export const exportGrounds = (access: AccessContext, types: readonly ExportedType[]): KeptAccess => ({
  ...groundsIn(access),
  scopes: types.flatMap(({ type }) =>
    access.scopes
      .filter((scope) => scope.type === '*' || scope.type === type)
      .map(({ level, filter, interactions }) => ({
        level,
        type,
        filter,
        interactions: READING.filter((each) => interactions.has(each)),
      })),
  ),
});

const READING = ['r', 's'] as const;

/** By reading and by searching. undefined: not at all. */
export function grantedOf(access: AccessContext, type: string): QueryNode | undefined {
  const [read, search] = [readCondition(access, type, 'r'), readCondition(access, type, 's')];
  return read && search && (queryText(read) === queryText(search) ? read : and(read, search));
}

function askedTypes(
  request: FhirRequest,
  input: KickOffInput,
  held: readonly string[],
): readonly string[] | undefined {
  const given = new Set(input.list('_type'));
  if (isProvenanceAsked(input) && given.size > 0) given.add('Provenance');
  if (given.size === 0) return undefined;
  return [...given].filter((type) => {
    const name = type.slice(0, 64);
    if (!isResourceType(type)) input.leaveOut(`'_type': '${name}' is not a resource type of R4.`);
    else if (!held.includes(type)) input.leaveOut(`'_type': '${name}' is not part of this export.`);
    else if (grantedOf(request.access, type)) return true;
    else if (!isLenient(request)) throw forbidden(`The token's scopes do not allow exporting ${type}.`);
    else input.leaveOut(`The token's scopes do not allow exporting ${type}.`);
    return false;
  });
}

export const isProvenanceAsked = (input: KickOffInput): boolean =>
  input.list('includeAssociatedData').length > 0;

/** Result parameters say how an answer looks, which a file has no part of. */
const RESULT =
  /^_(?:sort|count|total|summary|elements|include|revinclude|contained|containedType|cursor|format|pretty|type)(?::|$)/;

const MOST_FILTERS = 100;

async function typeFilters(
  services: Services,
  request: FhirRequest,
  input: KickOffInput,
  types: readonly string[],
): Promise<Map<string, QueryNode[]>> {
  const found = new Map<string, QueryNode[]>();
  const queries = input.all('_typeFilter').flatMap(queriesIn);
  if (queries.length > MOST_FILTERS)
    throw invalid(`'_typeFilter' may be given ${MOST_FILTERS} times.`, '_typeFilter');
  for (const text of queries) {
    const mark = text.indexOf('?');
    const type = mark < 0 ? text : text.slice(0, mark);
    if (!types.includes(type)) {
      input.leaveOut(`'_typeFilter': '${type.slice(0, 64)}' is no type that is exported here.`);
      continue;
    }
    const query = queryParameters(mark < 0 ? '' : text.slice(mark + 1));
    const result = query.find(([name]) => RESULT.test(name));
    if (result)
      throw invalid(
        `'_typeFilter': '${result[0].slice(0, 64)}' is about how an answer looks, not what is in it.`,
        '_typeFilter',
      );
    const parsed = await parse(services, request, type, query);
    input.notices.push(...parsed.ignored);
    const where = restrict(request.access, parsed.where);
    found.set(type, [...(found.get(type) ?? []), where]);
  }
  return found;
}

/** Bulk Data 2.0 has them parted by commas in one parameter too; a comma inside a query is followed by no type. */
const queriesIn = (text: string): string[] => text.split(/,(?=[A-Z][A-Za-z]+\?)/);
