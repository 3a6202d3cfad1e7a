/** Resources inside of another one: entries of a Bundle, parameters, what is contained. Only where R4 has places for them: nothing else is walked through. */
import { isObject } from '../fhirpath/node.ts';

type Json = Readonly<Record<string, unknown>>;

export interface ResourceWithin {
  readonly resource: Json;
  /** FHIRPath: `Bundle.entry[0].resource`. */
  readonly path: string;
  /** The resource whose `contained` it may refer to: its container, or itself. */
  readonly root: Json;
}

/** At any depth; not the resource itself, which is valid R4. */
export function resourcesWithin(resource: Json, path = String(resource.resourceType)): ResourceWithin[] {
  const { contained, entry, parameter } = resource;
  return [
    ...listOf(contained).map((each, i) => ({
      resource: each,
      path: `${path}.contained[${i}]`,
      root: resource,
    })),
    ...(resource.resourceType === 'Bundle' ? ofEntries(listOf(entry), path) : []),
    ...(resource.resourceType === 'Parameters' ? ofParts(listOf(parameter), `${path}.parameter`) : []),
  ];
}

const ofEntries = (entries: readonly Json[], path: string): ResourceWithin[] =>
  entries.flatMap((entry, i) => withItself(entry.resource, `${path}.entry[${i}].resource`));

const ofParts = (parts: readonly Json[], path: string): ResourceWithin[] =>
  parts.flatMap((part, i) => [
    ...withItself(part.resource, `${path}[${i}].resource`),
    ...ofParts(listOf(part.part), `${path}[${i}].part`),
  ]);

const withItself = (resource: unknown, path: string): ResourceWithin[] =>
  isObject(resource) ? [{ resource, path, root: resource }, ...resourcesWithin(resource, path)] : [];

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
