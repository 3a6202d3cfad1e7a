/** What becomes of an invariant that is neither true nor false. */
import { describe, expect, it } from 'vitest';
import { validateResource } from '../validate-resource.ts';
import { ruleOf, verdictOf } from './invariants.ts';

const faults = (resource: object): string[] =>
  validateResource(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ diagnostics }) => diagnostics.split(':')[0] as string);

const range = (low: object, high: object) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  valueRange: { low, high },
});
const UCUM = 'http://unitsofmeasure.org';

describe('an invariant that is empty', () => {
  const item = (members: object) => ({
    resourceType: 'Questionnaire',
    status: 'draft',
    item: [{ linkId: 'a', type: 'integer', initial: [{ valueInteger: 1 }, { valueInteger: 2 }], ...members }],
  });
  const contains = (members: object) => ({
    resourceType: 'ValueSet',
    status: 'draft',
    expansion: { timestamp: '2026-01-01', contains: [{ display: 'x', ...members }] },
  });

  it('does not hold where what it asks for is not there', () => {
    expect(faults(item({}))).toEqual(['que-13']);
    expect(faults(item({ repeats: false }))).toEqual(['que-13']);
    expect(faults(item({ repeats: true }))).toEqual([]);
    expect(faults(contains({}))).toEqual(['vsd-9']);
    expect(faults(contains({ abstract: true }))).toEqual([]);
    expect(faults(contains({ system: 'urn:x', code: 'x' }))).toEqual([]);
  });

  it('holds where two values can not be compared', () => {
    expect(faults(range({ value: 2, unit: 'pills' }, { value: 1, unit: 'boxes' }))).toEqual([]);
    const coded = (value: number, code: string) => ({ value, system: UCUM, code });
    expect(faults(range(coded(2, 'kg'), coded(1, 'g')))).toEqual(['rng-2']);
    expect(faults(range(coded(2, 'kg'), coded(1, 'm')))).toEqual([]);
  });

  it('is told by its text: of a value and a literal nothing is open', () => {
    const verdict = (expression: string) => {
      const node = { type: 'Patient', value: { resourceType: 'Patient' } };
      return verdictOf(ruleOf(expression), node, { resource: node, rootResource: node, context: node });
    };
    expect(verdict("gender = 'male'")).toBe(false);
    expect(verdict('active = true or name.count() > 1')).toBe(false);
    expect(verdict('birthDate <= deceased')).toBe(true);
  });

  it('can not be told where it asks what another resource says, which is not read', () => {
    const verdict = (expression: string, reference: string) => {
      const contained = [{ resourceType: 'Organization', id: 'o', name: 'x' }];
      const value = { resourceType: 'Patient', contained, managingOrganization: { reference } };
      const node = { type: 'Patient', value };
      return verdictOf(ruleOf(expression), node, { resource: node, rootResource: node, context: node });
    };
    for (const asked of [
      "managingOrganization.resolve().name = 'x'",
      'managingOrganization.resolve().active.empty()',
      'managingOrganization.resolve().active.exists().not()',
      'managingOrganization.resolve().name.exists()',
      'iif(true, managingOrganization.resolve(), {}).name.exists()',
      'managingOrganization.resolve().ofType(Organization).where(name.exists()).exists()',
    ])
      expect([verdict(asked, 'Organization/1'), verdict(asked, '#o')], asked).toEqual([undefined, true]);
    expect(verdict('managingOrganization.resolve().active.exists()', '#o')).toBe(false);
    expect(verdict('managingOrganization.resolve() is Patient', 'Organization/1')).toBe(false);
  });
});
