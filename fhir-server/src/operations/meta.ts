/** `$meta`, `$meta-add`, `$meta-delete` (https://hl7.org/fhir/R4/resource-operation-meta.html): profiles, tags and labels. */
import { deepEqual, forbidden, invalid } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import { changeCurrent } from '../interactions/change-current.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { parseJson, type ResourceJson } from '../repository/text/resource-text.ts';
import type { StoredVersion } from '../store/store.ts';
import { metaOfMany } from './meta-of-many.ts';
import { inputOf, parametersReply } from './parameters.ts';

interface Coding {
  readonly system?: string;
  readonly code?: string;
}
interface Meta {
  readonly profile?: readonly string[];
  readonly tag?: readonly Coding[];
  readonly security?: readonly Coding[];
}

export async function meta(services: Services, request: FhirRequest): Promise<Reply> {
  if (request.id === '') return metaOfMany(services, request);
  inputOf(request, {});
  return metaReply(await services.repository.read(request.access, request.type, request.id));
}

export const metaAdd = change((now, given) => ({
  profile: union(now.profile, given.profile),
  tag: union(now.tag, given.tag, sameCode),
  security: union(now.security, given.security, sameCode),
}));

export const metaDelete = change((now, given) => ({
  profile: without(now.profile, given.profile),
  tag: without(now.tag, given.tag, sameCode),
  security: without(now.security, given.security, sameCode),
}));

/** A new version, but only where something changes. */
function change(apply: (now: Meta, given: Meta) => Meta) {
  return async (services: Services, request: FhirRequest): Promise<Reply> => {
    const given = inputOf(request, { meta: 'Meta' }).value('meta') as Meta | undefined;
    if (!given) throw invalid('The operation needs a meta (valueMeta).');
    if (requireWriteScope(request.access, 'u', request.type) !== 'unrestricted')
      throw forbidden('Labels, tags and profiles are the clinic’s to change.');
    const version = await changeCurrent(
      services,
      request,
      ({ body }) => {
        const resource = parseJson(body ?? '{}') as ResourceJson & { meta: Meta };
        const next = cleaned({ ...resource.meta, ...apply(resource.meta, given) });
        if (deepEqual(next, resource.meta)) return undefined;
        (resource as ResourceJson).meta = next;
        return resource;
      },
      { namesLabels: true },
    );
    return metaReply(version);
  };
}

const sameCode = (a: Coding, b: Coding): boolean => a.system === b.system && a.code === b.code;

function union<T>(now: readonly T[] = [], more: readonly T[] = [], same = (a: T, b: T) => a === b): T[] {
  return [...now, ...more.filter((each) => !now.some((known) => same(known, each)))];
}

function without<T>(now: readonly T[] = [], less: readonly T[] = [], same = (a: T, b: T) => a === b): T[] {
  return now.filter((each) => !less.some((other) => same(each, other)));
}

/** FHIR knows no empty lists. */
function cleaned(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => !Array.isArray(each) || each.length > 0),
  );
}

function metaReply({ body }: StoredVersion): Reply {
  const { meta: found = {} } = JSON.parse(body ?? '{}') as { meta?: object };
  return parametersReply({ name: 'return', valueMeta: found });
}
