/** `$meta`, `$meta-add`, `$meta-delete` (https://hl7.org/fhir/R4/resource-operation-meta.html): profiles, tags and labels. */
import { FhirError, invalid } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { deepEqual } from '../patch/deep-equal.ts';
import { parseJson, type ResourceJson } from '../repository/resource-text.ts';
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

const MAX_ATTEMPTS = 5;

export async function meta(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, []);
  const { body } = await services.repository.read(request.access, request.type, request.id);
  return metaReply((JSON.parse(body ?? '{}') as { meta?: object }).meta);
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
    const given = inputOf(request, ['meta']).value('meta') as Meta | undefined;
    if (!given) throw invalid('The operation needs a meta (valueMeta).');
    const { repository } = services;
    for (let attempt = 1; ; attempt++) {
      const before = await repository.read(request.access, request.type, request.id);
      const resource = parseJson(before.body ?? '{}') as ResourceJson & { meta: Meta };
      const now = resource.meta;
      const next = cleaned({ ...now, ...apply(now, given) });
      if (deepEqual(next, now)) return metaReply(now);
      (resource as ResourceJson).meta = next;
      try {
        const [result] = await repository.write(request.access, [
          { interaction: 'update', resource, id: request.id, expectedVersion: before.version },
        ]);
        return metaReply((JSON.parse(result?.version?.body ?? '{}') as { meta?: object }).meta);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !(error instanceof FhirError) || error.status !== 412) throw error;
      }
    }
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

function metaReply(found: object | undefined): Reply {
  return parametersReply({ name: 'return', valueMeta: found ?? {} });
}
