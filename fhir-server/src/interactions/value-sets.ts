/** Value sets and code systems that are stored here as resources, on top of those of the loaded definitions. */
import {
  type CodeSystem,
  type Coding,
  FhirError,
  type Terminology,
  terminology,
  type ValueSet,
} from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { storedTerminology } from '../repository/stored-terminology.ts';
import type { QueryNode } from '../search/query.ts';
import type { Services } from './request.ts';

/** Terminology with what is stored under these names (`ValueSet/[id]` or a URL), and all that it leads to. Only what the caller may read. */
export function terminologyWith(
  services: Services,
  access: AccessContext,
  names: readonly string[],
): Promise<Terminology> {
  return storedTerminology((type, name) => findStored(services, access, type, name), names);
}

/** For `:in` and `:not-in` in these parameters; what the definitions know needs no look-up. */
export async function storedValueSets(
  services: Services,
  access: AccessContext,
  query: readonly (readonly [string, string])[],
): Promise<((name: string) => readonly Coding[] | undefined) | undefined> {
  const names = query
    .filter(([name]) => /:(?:not-)?in$/.test(name))
    .map(([, value]) => value)
    .filter((value) => !terminology().valueSet(value));
  if (names.length === 0) return undefined;
  const own = await terminologyWith(services, access, names);
  return (name) => own.expand(name);
}

async function findStored(
  services: Services,
  access: AccessContext,
  type: 'ValueSet' | 'CodeSystem',
  name: string,
): Promise<CodeSystem | ValueSet | undefined> {
  const id = name.startsWith(`${type}/`) ? name.slice(type.length + 1) : undefined;
  const where: QueryNode =
    id === undefined
      ? { kind: 'uri', param: 'url', uri: name.split('|')[0] as string, match: 'exact' }
      : { kind: 'id', ids: [id] };
  try {
    const [version] = await services.repository.find(access, type, where, 1);
    return version?.body ? (JSON.parse(version.body) as CodeSystem | ValueSet) : undefined;
  } catch (error) {
    if (error instanceof FhirError && error.status === 403) return undefined;
    throw error;
  }
}
