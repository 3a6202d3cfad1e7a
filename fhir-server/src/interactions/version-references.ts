/** What a version refers to by its reference parameters, as `_include` follows it. */
import { type SearchParameter, searchParameter, searchParameters } from '@wellspring/profiles';
import { withoutFragment } from '../search/canonicals.ts';
import { localReference, withoutVersion } from '../search/own-references.ts';
import type { StoredVersion } from '../store/store.ts';

export interface FollowedReference {
  readonly parameter: SearchParameter;
  /** `Type/id`, where it is of this server, and the version that it names. */
  readonly local:
    | { readonly name: string; readonly type: string; readonly id: string; readonly version?: number }
    | undefined;
  /** What it names where it leads by what is published; undefined: it does not. */
  readonly canonical: string | undefined;
}

/** A version never changes, and a store may give the same object out again. */
const known = new WeakMap<StoredVersion, Map<string, readonly FollowedReference[]>>();

/** `param`: of the version's type, or `*` for each. */
export function followedReferences(
  source: StoredVersion,
  param: string,
  baseUrl: string,
): readonly FollowedReference[] {
  const ofSource = known.get(source) ?? new Map<string, readonly FollowedReference[]>();
  known.set(source, ofSource);
  const found = ofSource.get(param) ?? read(source, param, baseUrl);
  ofSource.set(param, found);
  return found;
}

function read({ type, body }: StoredVersion, param: string, baseUrl: string): FollowedReference[] {
  const parameters =
    param === '*'
      ? searchParameters(type).filter((each) => each.type === 'reference')
      : [searchParameter(type, param)].filter((each) => each !== undefined);
  if (parameters.length === 0) return [];
  const resource: unknown = JSON.parse(body ?? '{}');
  return parameters.flatMap((parameter) =>
    parameter.extract(resource).flatMap(({ value: found }) => {
      const value = typeof found === 'string' ? found : (found as { reference?: string }).reference;
      return value ? [followed(parameter, value, baseUrl)] : [];
    }),
  );
}

const VERSION = /\/_history\/(\d{1,9})$/;
const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;

function followed(parameter: SearchParameter, value: string, baseUrl: string): FollowedReference {
  const written = localReference(value, baseUrl);
  const name = withoutVersion(written);
  const [, type, id] = LOCAL.exec(name) ?? [];
  const [, version] = VERSION.exec(written) ?? [];
  return {
    parameter,
    local: type && id ? { name, type, id, ...(version ? { version: Number(version) } : {}) } : undefined,
    canonical: parameter.leadsBy === 'reference' ? undefined : withoutFragment(value),
  };
}
