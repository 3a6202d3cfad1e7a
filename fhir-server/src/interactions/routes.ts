/** Which method and path is which interaction (https://hl7.org/fhir/R4/http.html#summary): for requests and for Bundle entries alike. */
import {
  compartments,
  invalid,
  isResourceType,
  methodNotAllowed,
  notSupported,
  unknownType,
} from '@wellspring/profiles';
import { endExport, exportFile, exportStatus } from '../operations/bulk/export-status.ts';
import { endImport, importErrors, importStatus } from '../operations/bulk/import.ts';
import { withCheckedInput } from '../operations/check-input.ts';
import { OPERATIONS, type Operation } from '../operations/operations.ts';
import { withPlaceOfFault } from '../operations/place-of-fault.ts';
import { readAuditEvent, refuseAuditWrite, searchAuditEvents } from './audit-events.ts';
import { create } from './create.ts';
import { conditionalDelete, remove } from './delete.ts';
import { historyInstance, historySystem, historyType } from './history.ts';
import { conditionalPatch, patch } from './patch.ts';
import { read, vread } from './read.ts';
import type { Interaction } from './request.ts';
import { compartmentSearch, search, searchSystem, wholeCompartmentSearch } from './search.ts';
import { statementReply } from './terminology-capabilities.ts';
import { conditionalUpdate, update } from './update.ts';

/** Where it is asked for in a batch. */
const readStatement: Interaction = (services, { query }) =>
  statementReply(services, new Map(query).get('mode'));

/** What the body must be. A HEAD is answered as the GET without its body, unless that has an effect. */
export type BodyKind = 'none' | 'resource' | 'form' | 'patch' | 'optional' | 'files';
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** What a transaction does with it: a part of what is written, or read when that is done. What changes something by itself is `never` in one: there would be no taking it back. */
export type InTransaction = 'write' | 'read' | 'never';

export interface Route {
  readonly method: Method;
  /** Segments; those with a colon are parameters. */
  readonly pattern: string;
  readonly body: BodyKind;
  readonly interaction: Interaction;
  readonly inTransaction: InTransaction;
  /** Never an entry of a Bundle. */
  readonly isAlone?: boolean;
  /** Of a GET: what looks ahead (a HEAD, RFC 9110 9.2.1) must not cause it. */
  readonly hasEffect?: boolean;
}

export interface MatchedRoute extends Route {
  readonly type: string;
  readonly id: string;
  readonly version: string;
  readonly file: string;
}

const WRITES: ReadonlySet<Interaction> = new Set([
  create,
  update,
  conditionalUpdate,
  patch,
  conditionalPatch,
  remove,
  conditionalDelete,
]);

const route = (method: Method, pattern: string, body: BodyKind, interaction: Interaction): Route => ({
  method,
  pattern,
  body,
  interaction,
  inTransaction: WRITES.has(interaction) ? 'write' : method === 'GET' || body === 'form' ? 'read' : 'never',
});

/** What jobs answer: not FHIR's resources, and for one request each. */
const alone = (method: Method, pattern: string, interaction: Interaction): Route => ({
  ...route(method, pattern, 'none', interaction),
  isAlone: true,
});

function routesOf(operation: Operation): Route[] {
  const { name, patterns, methods, isAlone = false, hasEffect = false, takesFiles, judges, run } = operation;
  const changesNothing = operation.changesNothing ?? (methods.includes('GET') && !hasEffect);
  const interaction = withPlaceOfFault(judges ? run : withCheckedInput(run));
  const body = takesFiles ? 'files' : 'optional';
  return patterns.flatMap((pattern) =>
    methods.map((method) => ({
      ...route(
        method,
        pattern === '' ? name : `${pattern}/${name}`,
        method === 'GET' ? 'none' : body,
        interaction,
      ),
      isAlone,
      hasEffect,
      ...(changesNothing ? { inTransaction: 'read' as const } : {}),
    })),
  );
}

/** The first that fits counts. */
const ROUTES: readonly Route[] = [
  route('GET', 'AuditEvent', 'none', searchAuditEvents),
  route('POST', 'AuditEvent/_search', 'form', searchAuditEvents),
  route('GET', 'AuditEvent/_search', 'none', searchAuditEvents),
  route('GET', 'AuditEvent/:id', 'none', readAuditEvent),
  route('POST', 'AuditEvent', 'none', refuseAuditWrite),
  ...(['PUT', 'PATCH', 'DELETE'] as const).flatMap((method) => [
    route(method, 'AuditEvent', 'none', refuseAuditWrite),
    route(method, 'AuditEvent/:id', 'none', refuseAuditWrite),
  ]),
  ...OPERATIONS.flatMap(routesOf),
  alone('GET', '$export/:id', exportStatus),
  alone('DELETE', '$export/:id', endExport),
  alone('GET', '$export/:id/:file', exportFile),
  alone('GET', '$import/:id', importStatus),
  alone('DELETE', '$import/:id', endImport),
  alone('GET', '$import/:id/:file', importErrors),
  route('GET', 'metadata', 'none', readStatement),
  route('GET', '', 'none', searchSystem),
  route('GET', '_search', 'none', searchSystem),
  route('POST', '_search', 'form', searchSystem),
  route('GET', '_history', 'none', historySystem),
  route('POST', ':type/_search', 'form', search),
  route('GET', ':type/_search', 'none', search),
  route('GET', ':type/_history', 'none', historyType),
  route('GET', ':type/:id/_history', 'none', historyInstance),
  route('GET', ':type/:id/_history/:version', 'none', vread),
  ...[...compartments.keys()].flatMap((name) => [
    route('GET', `${name}/:id/*`, 'none', wholeCompartmentSearch(name)),
    route('GET', `${name}/:id/:type`, 'none', compartmentSearch(name)),
    route('POST', `${name}/:id/:type/_search`, 'form', compartmentSearch(name)),
    route('GET', `${name}/:id/:type/_search`, 'none', compartmentSearch(name)),
  ]),
  route('GET', ':type', 'none', search),
  route('POST', ':type', 'resource', create),
  route('PUT', ':type', 'resource', conditionalUpdate),
  route('PATCH', ':type', 'patch', conditionalPatch),
  route('DELETE', ':type', 'none', conditionalDelete),
  route('GET', ':type/:id', 'none', read),
  route('PUT', ':type/:id', 'resource', update),
  route('PATCH', ':type/:id', 'patch', patch),
  route('DELETE', ':type/:id', 'none', remove),
];

/** Of a Bundle too: its entries have their queries. */
const WITHOUT_QUERY: ReadonlySet<Interaction> = new Set([create, update, patch, remove]);

export const takesNoQuery = ({ interaction }: Pick<Route, 'interaction'>): boolean =>
  WITHOUT_QUERY.has(interaction);

/** `Patient/$match` is of the type it names. */
const TYPED = /^([A-Z][A-Za-z]+)\//;

interface Candidate extends Route {
  readonly segments: readonly string[];
  /** The type that the pattern itself names. */
  readonly namedType: string;
  /** Which segments are names; -1: it has none of that kind. */
  readonly at: Readonly<Record<'type' | 'id' | 'version' | 'file', number>>;
}

const CANDIDATES = ROUTES.map((each): Candidate => {
  const segments = each.pattern.split('/');
  const at = (name: string): number => segments.indexOf(name);
  return {
    ...each,
    segments,
    namedType: TYPED.exec(each.pattern)?.[1] ?? '',
    at: { type: at(':type'), id: at(':id'), version: at(':version'), file: at(':file') },
  };
});
/** Any name that is no literal. */
const PARAMETER = ':';
/** How many segments a path has, and its last one. */
const shapeOf = (segments: readonly string[], last = segments.at(-1) ?? ''): string =>
  `${segments.length} ${last.startsWith(PARAMETER) ? PARAMETER : last}`;
/** What a path of this shape can be, in the order of the table: what ends in just this, and what ends in any name. */
const BY_SHAPE: ReadonlyMap<string, readonly Candidate[]> = new Map(
  CANDIDATES.map(({ segments }) => {
    const [own, any] = [shapeOf(segments), shapeOf(segments, PARAMETER)];
    return [own, CANDIDATES.filter((each) => [own, any].includes(shapeOf(each.segments)))];
  }),
);
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/**
 * `path` is below the base URL, without slashes at its ends. Errors: 404 for what is no interaction or no type of R4, 405 with `Allow` where
 * only the method is wrong (a HEAD of what has an effect too), 400 for an id that can't be one.
 */
export function findRoute(method: string, path: string): MatchedRoute {
  const parts = path.split('/');
  const asked = method === 'HEAD' ? 'GET' : method;
  const allowed = new Set<string>();
  for (const each of BY_SHAPE.get(shapeOf(parts)) ?? BY_SHAPE.get(shapeOf(parts, PARAMETER)) ?? []) {
    if (!fits(each.segments, parts)) continue;
    if (each.method !== asked || (method === 'HEAD' && each.hasEffect)) allowed.add(each.method);
    else return checked(matched(each, parts));
  }
  if (allowed.size > 0) throw methodNotAllowed([...allowed].join(', '));
  throw notSupported(elsewhere(parts.at(-1) ?? '') ?? 'There is no such interaction here.');
}

/** Where an operation of this name stands, if there is one. */
function elsewhere(name: string): string | undefined {
  if (!name.startsWith('$')) return undefined;
  const patterns = new Set(
    ROUTES.filter(({ pattern }) => pattern === name || pattern.endsWith(`/${name}`)).map(({ pattern }) =>
      pattern.replaceAll(/:(\w+)/g, '[$1]'),
    ),
  );
  return patterns.size === 0 ? undefined : `Not here: this server has ${[...patterns].join(', ')}.`;
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  for (let i = 0; i < parts.length; i++) {
    const [segment, part] = [pattern[i] as string, parts[i] as string];
    if (segment.startsWith(PARAMETER) ? !isName(part) : part !== segment) return false;
  }
  return true;
}

const isName = (part: string): boolean => part !== '' && !part.startsWith('_') && !part.startsWith('$');

function matched(route: Candidate, parts: readonly string[]): MatchedRoute {
  const { method, pattern, body, interaction, inTransaction, isAlone = false, namedType, at } = route;
  const name = (index: number, without = ''): string => (index < 0 ? without : (parts[index] as string));
  return {
    method,
    pattern,
    body,
    interaction,
    inTransaction,
    isAlone,
    type: name(at.type, namedType),
    id: name(at.id),
    version: name(at.version),
    file: name(at.file),
  };
}

function checked(found: MatchedRoute): MatchedRoute {
  if (found.type !== '' && !isResourceType(found.type)) throw unknownType(found.type);
  if (found.id !== '' && !ID.test(found.id)) {
    throw invalid('The id may have 1 to 64 letters, digits, - and . only.');
  }
  return found;
}
