/** Value sets and code systems that are stored here as resources, on top of those of the loaded definitions. */
import {
  type CodeSystem,
  type Coding,
  createTerminology,
  FhirError,
  type Terminology,
  terminology,
  type ValueSet,
} from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import type { QueryNode } from '../search/query.ts';
import type { Services } from './request.ts';

/** A set names others, and they others in turn: so many rounds at most. */
const MAX_ROUNDS = 4;

/** Terminology with what is stored under these names (`ValueSet/[id]` or a URL), and all that it leads to. Only what the caller may read. */
export async function terminologyWith(
  services: Services,
  access: AccessContext,
  names: readonly string[],
): Promise<Terminology> {
  const found = new Map<string, CodeSystem | ValueSet>();
  let wanted: [type: 'ValueSet' | 'CodeSystem', name: string][] = names.map((name) => ['ValueSet', name]);
  for (let round = 0; round < MAX_ROUNDS && wanted.length > 0; round++) {
    const next: typeof wanted = [];
    for (const [type, name] of wanted) {
      if (found.has(name)) continue;
      const resource = await findStored(services, access, type, name);
      if (!resource) continue;
      found.set(name, resource);
      next.push(...needs(resource));
    }
    wanted = next;
  }
  if (found.size === 0) return terminology();
  return createTerminology(
    [...found].flatMap(([name, resource]) => [resource, { ...resource, url: name }]),
    terminology(),
  );
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

function needs(resource: CodeSystem | ValueSet): [type: 'ValueSet' | 'CodeSystem', name: string][] {
  if (resource.resourceType === 'CodeSystem') return [];
  const parts = [...(resource.compose?.include ?? []), ...(resource.compose?.exclude ?? [])];
  return parts.flatMap(({ system, valueSet }): [type: 'ValueSet' | 'CodeSystem', name: string][] => [
    ...(system && !terminology().codeSystem(system)
      ? [['CodeSystem', system] as ['CodeSystem', string]]
      : []),
    ...(valueSet ?? []).map((name) => ['ValueSet', name] as ['ValueSet', string]),
  ]);
}
