/** Conditional URLs and headers: a search that must say exactly which resource is meant. */
import { invalid, multipleMatches, searchParameter } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { isMarkedByLast, WRITTEN_BY, writerOf } from '../access/authorship.ts';
import { isPatientLevel, requireReadCondition } from '../access/read-condition.ts';
import { PATIENT_RULES } from '../access/write-rules.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import { localReference } from '../search/own-references.ts';
import { parseSearch } from '../search/parse-search.ts';
import { and, inUse, not, type QueryNode } from '../search/query.ts';
import { queryParameters } from '../search/query-parameters.ts';
import type { StoredVersion } from '../store/store.ts';
import { whoIsMeant } from './in-place-of.ts';
import { boundsOf } from './parse.ts';
import type { FhirRequest, Services } from './request.ts';

/** The condition of `If-None-Exist`, where some clients send the whole search: `[base]/Patient?…`, `Patient?…`, `?…`. */
function conditionOf({ repository }: Services, type: string, query: string): string {
  const local = localReference(query.trim(), repository.baseUrl);
  const match = /^(?:\/?([A-Za-z]+))?\?(.*)$/s.exec(local);
  if (!match) return local;
  if (match[1] !== undefined && match[1] !== type)
    throw invalid(`The condition is about ${match[1]}, the request about ${type}.`);
  return match[2] as string;
}

interface Parsed {
  /** As it was written. */
  readonly asked: QueryNode;
  /** `asked`, without what by its number is not the clinic's. */
  readonly where: QueryNode;
}

/** Of a request: a transaction comes back to its conditions, and after a lost race it begins anew. */
const parsed = new WeakMap<AccessContext, Map<string, Parsed>>();

/**
 * `identifier=…|…&birthdate=…` → a tree. Strict whatever Prefer says, and empty parameters are refused: a dropped condition would hit another resource. Identifiers
 * are compared with their case: it SHALL count where nobody knows better (https://hl7.org/fhir/R4/datatypes.html#Identifier). `resource`: what is written where the
 * condition says so.
 */
export function parseCondition(
  services: Services,
  request: Pick<FhirRequest, 'access'>,
  type: string,
  query: string,
  resource?: ResourceJson,
): QueryNode {
  return parse(services, request, type, query, resource).where;
}

function parse(
  services: Services,
  { access }: Pick<FhirRequest, 'access'>,
  type: string,
  query: string,
  resource: ResourceJson | undefined,
): Parsed {
  const known = parsed.get(access) ?? new Map<string, Parsed>();
  parsed.set(access, known);
  const name = conditionName(type, query, resource);
  const before = known.get(name);
  if (before) return before;
  requireReadCondition(access, type, 's');
  const { where: asked } = parseSearch(
    {
      baseUrl: services.repository.baseUrl,
      now: services.now,
      limits: services.limits,
      lenient: false,
      isExact: true,
      ...boundsOf(access),
    },
    type,
    queryParameters(conditionOf(services, type, query)),
  );
  if (asked.kind === 'all') throw invalid('A condition must have at least one search parameter.');
  const leavesOut =
    !isOfPatients(resource) && !isPatientLevel(access) && isMadeByPatients(type) && isByNumber(type, asked);
  const result = { asked, where: leavesOut ? and(asked, notOfPatients) : asked };
  known.set(name, result);
  return result;
}

/**
 * By its numbers the clinic finds what the clinic wrote. A patient may write any number into what is theirs, that of somebody's result to come as well: it keeps nothing of
 * the clinic's from being stored, and stands in no place of it.
 */
const notOfPatients: QueryNode = not({ kind: 'token', param: '_tag', system: WRITTEN_BY });

/** What bears the mark for having come from them: of visits their numbers are bounded (write-rules.ts). */
const isMadeByPatients = (type: string): boolean =>
  Object.hasOwn(PATIENT_RULES, type) &&
  PATIENT_RULES[type]?.create !== undefined &&
  !isMarkedByLast({ resourceType: type });

function isByNumber(type: string, node: QueryNode): boolean {
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.some((each) => isByNumber(type, each));
  if (node.kind === 'not') return isByNumber(type, node.node);
  return 'param' in node && isOfNumbers(type, node.param);
}

/** R4's `identifier`, `identifier:of-type` too, and what a clinic or a package has beside it: of one kind of number, or of its value alone. */
function isOfNumbers(type: string, param: string): boolean {
  const [code = ''] = param.split(':');
  return new RegExp(`\\b${type}\\.\\w*identifier\\b`, 'i').test(
    searchParameter(type, code)?.expression ?? '',
  );
}

const isOfPatients = (resource: ResourceJson | undefined): boolean =>
  resource !== undefined && writerOf(resource) !== undefined;

/** Of a request: what a system brings along as written by a patient is looked for otherwise than what the clinic writes. */
export const conditionName = (type: string, query: string, resource: ResourceJson | undefined): string =>
  `${isOfPatients(resource)} ${type}?${query}`;

/** The condition of a create, as the store asks it when it writes. */
export async function unlessFound(
  services: Services,
  request: FhirRequest,
  type: string,
  query: string,
  resource: ResourceJson,
): Promise<QueryNode> {
  const { asked, where } = parse(services, request, type, query, resource);
  if (asked === where) return where;
  const found = await findOne(services, request, type, query, { resource });
  return foundOr(services, request, type, query, { resource, found: found?.id });
}

/** The condition asked again of the one that it matched (its id), which is of the clinic. */
export function foundOr(
  services: Services,
  request: FhirRequest,
  type: string,
  query: string,
  { resource, found }: { readonly resource: ResourceJson; readonly found: string | undefined },
): QueryNode {
  const { asked, where } = parse(services, request, type, query, resource);
  return asked === where || found === undefined ? where : and(asked, { kind: 'id', ids: [found] });
}

/** The one resource that the condition matches; undefined where there is none. Errors: 412 where there are several. */
export async function findOne(
  services: Services,
  request: FhirRequest,
  type: string,
  query: string,
  {
    resource,
    several = 'Several resources match the condition.',
    isMeant = false,
  }: {
    readonly resource?: ResourceJson | undefined;
    readonly several?: string;
    /** Whom it means, where records were merged (standing.ts); else what it matches. */
    readonly isMeant?: boolean;
  } = {},
): Promise<StoredVersion | undefined> {
  const { asked, where } = parse(services, request, type, query, resource);
  const find = (condition: QueryNode) => services.repository.find(request.access, type, condition, 2);
  const found = await find(asked);
  // Whether something is left out costs the embedded store a look at all who ever wrote something: only where one was found is it asked.
  const isAskedAgain = asked !== where && found.some((each) => isOfPatients(resourceOf(each)));
  const all = isAskedAgain ? await find(where) : found;
  const matches = isMeant
    ? await whoIsMeant(services.repository, request.access, all, () => find(and(where, inUse)))
    : all;
  if (matches.length > 1) throw multipleMatches(several);
  return matches[0];
}
