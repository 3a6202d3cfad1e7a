/**
 * `$meta` of a type and of the server (https://hl7.org/fhir/R4/resource-operation-meta.html): profiles, tags and labels of all that the caller may read. Each is found by a search
 * for what has another one than those before: what has them is not walked through.
 */
import { forbidden, resourceTypes, tooCostly } from '@wellspring/profiles';
import { readCondition } from '../access/read-condition.ts';
import { createBreath } from '../breath.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { and, not, or, type QueryNode } from '../search/query.ts';
import { inputOf, parametersReply } from './parameters.ts';

interface Coding {
  readonly system?: string;
  readonly code?: string;
}

interface Kind {
  readonly element: 'profile' | 'tag' | 'security';
  readonly param: string;
  /** What finds it; undefined: it can't be searched for. */
  readonly nodeOf: (value: unknown) => QueryNode | undefined;
}

const codingNode =
  (param: string) =>
  (value: unknown): QueryNode | undefined => {
    const { system = '', code } = value as Coding;
    return code === undefined ? undefined : { kind: 'token', param, system, code };
  };

const KINDS: readonly Kind[] = [
  {
    element: 'profile',
    param: '_profile',
    nodeOf: (value) => ({ kind: 'uri', param: '_profile', uri: String(value), match: 'exact' }),
  },
  { element: 'tag', param: '_tag', nodeOf: codingNode('_tag') },
  { element: 'security', param: '_security', nodeOf: codingNode('_security') },
];

/** Of one kind: more are no list that anybody reads. */
const MOST = 200;
/** Resources that are looked at together. */
const PAGE = 20;

export async function metaOfMany(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { access, type } = request;
  // The audit log is asked by its own name.
  const types =
    type === ''
      ? resourceTypes.filter((each) => each !== 'AuditEvent' && readCondition(access, each, 's'))
      : [type];
  if (types.length === 0) throw forbidden("The token's scopes do not allow reading anything here.");
  const meta: Record<string, readonly unknown[]> = {};
  const telling = await typesWithAny(services, request, types);
  for (const kind of KINDS) {
    const found = await foundIn(services, request, telling, kind);
    if (found.length > 0) meta[kind.element] = found;
  }
  return parametersReply({ name: 'return', valueMeta: meta });
}

/** Most types of R4 have no resources here, or none that says any of it. */
async function typesWithAny(
  { repository }: Services,
  { access }: FhirRequest,
  types: readonly string[],
): Promise<string[]> {
  const any = or(...KINDS.map(({ param }): QueryNode => ({ kind: 'missing', param, missing: false })));
  const breath = createBreath();
  const found: string[] = [];
  for (const type of types) {
    await breath();
    if ((await repository.find(access, type, any, 1)).length > 0) found.push(type);
  }
  return found;
}

async function foundIn(
  services: Services,
  { access }: FhirRequest,
  types: readonly string[],
  { element, param, nodeOf }: Kind,
): Promise<unknown[]> {
  const found = new Map<string, { readonly value: unknown; readonly node: QueryNode }>();
  const breath = createBreath();
  for (const type of types) {
    for (let before = -1; before < found.size; ) {
      await breath();
      before = found.size;
      const known = [...found.values()].map(({ node }) => node);
      const where = and({ kind: 'missing', param, missing: false }, not(or(...known)));
      for (const { body } of await services.repository.find(access, type, where, PAGE))
        for (const value of valuesIn(body, element)) {
          const node = nodeOf(value);
          if (node) found.set(JSON.stringify(node), { value, node });
        }
      if (found.size > MOST)
        throw tooCostly(`There are more than ${MOST} to tell of as meta.${element}: ask single resources.`);
    }
  }
  return [...found.values()].map(({ value }) => value);
}

function valuesIn(body: string | undefined, element: Kind['element']): readonly unknown[] {
  const { meta } = JSON.parse(body ?? '{}') as { meta?: Record<string, unknown> };
  const values = meta?.[element];
  return Array.isArray(values) ? values : [];
}
