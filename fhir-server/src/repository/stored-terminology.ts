/** Value sets and code systems that are stored here as resources, on top of those of the loaded definitions. */
import {
  type CodeSystem,
  createTerminology,
  type Terminology,
  terminology,
  type ValueSet,
} from '@wellspring/profiles';

/** A set names others, and they others in turn: so many rounds at most. */
const MAX_ROUNDS = 4;

type Kind = 'ValueSet' | 'CodeSystem';

/** Looks up one that is stored, by `ValueSet/[id]` or its URL. */
export type FindTerminology = (type: Kind, name: string) => Promise<CodeSystem | ValueSet | undefined>;

/** Terminology with what is stored under these names of value sets, and all that it leads to. */
export async function storedTerminology(
  find: FindTerminology,
  names: readonly string[],
): Promise<Terminology> {
  const found = new Map<string, CodeSystem | ValueSet>();
  let wanted: [type: Kind, name: string][] = names.map((name) => ['ValueSet', name]);
  for (let round = 0; round < MAX_ROUNDS && wanted.length > 0; round++) {
    const next: typeof wanted = [];
    for (const [type, name] of wanted) {
      if (found.has(name)) continue;
      const resource = await find(type, name);
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

function needs(resource: CodeSystem | ValueSet): [type: Kind, name: string][] {
  if (resource.resourceType === 'CodeSystem') return [];
  const parts = [...(resource.compose?.include ?? []), ...(resource.compose?.exclude ?? [])];
  return parts.flatMap(({ system, valueSet }): [type: Kind, name: string][] => [
    ...(system && !terminology().codeSystem(system) ? [['CodeSystem', system] as [Kind, string]] : []),
    ...(valueSet ?? []).map((name) => ['ValueSet', name] as [Kind, string]),
  ]);
}
