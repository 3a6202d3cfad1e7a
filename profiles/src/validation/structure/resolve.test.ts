/** Slices told apart by what a reference leads to: inside a Bundle, contained, and where it is not at hand. */
import { describe, expect, it } from 'vitest';
import { addProfiles, validateProfiles } from '../../profiles.ts';
import type { ElementDefinition, StructureDefinition } from '../profile/structure-definition.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition';
const profile = (name: string, type: string, ...element: readonly object[]): StructureDefinition => ({
  resourceType: 'StructureDefinition',
  url: `urn:resolve:${name}`,
  type,
  kind: 'resource',
  derivation: 'constraint',
  baseDefinition: `${R4}/${type}`,
  snapshot: { element: [{ id: type, path: type }, ...element] as ElementDefinition[] },
});
const member = (slice: string, targetProfile: string, min: number, max: string) => ({
  id: `Observation.hasMember:${slice}`,
  path: 'Observation.hasMember',
  sliceName: slice,
  min,
  max,
  type: [{ code: 'Reference', targetProfile: [targetProfile] }],
});
const sliced = (rules: string) => ({
  id: 'Observation.hasMember',
  path: 'Observation.hasMember',
  slicing: { discriminator: [{ type: 'profile', path: 'resolve()' }], rules },
});
const noted = { id: 'Observation.note', path: 'Observation.note', min: 1 };

addProfiles([
  profile('noted', 'Observation', noted),
  profile('one', 'Observation', sliced('open'), member('noted', 'urn:resolve:noted', 1, '1')),
  profile('closed', 'Observation', sliced('closed'), member('noted', 'urn:resolve:noted', 0, '*')),
  profile('circle', 'Observation', sliced('closed'), member('again', 'urn:resolve:circle', 0, '*')),
  profile(
    'bundle',
    'Bundle',
    {
      id: 'Bundle.entry',
      path: 'Bundle.entry',
      slicing: { discriminator: [{ type: 'profile', path: 'resource' }], rules: 'open' },
    },
    { id: 'Bundle.entry:one', path: 'Bundle.entry', sliceName: 'one', min: 1, max: '1' },
    {
      id: 'Bundle.entry:one.resource',
      path: 'Bundle.entry.resource',
      type: [{ code: 'Observation', profile: ['urn:resolve:one'] }],
    },
  ),
]);

const observation = (id: string, members: readonly string[], more: object = {}) => ({
  resourceType: 'Observation',
  id,
  hasMember: members.map((reference) => ({ reference })),
  ...more,
});
const note = { note: [{ text: 'x' }] };
const faults = (resource: object, name: string): number =>
  validateProfiles(resource, [`urn:resolve:${name}`]).filter(({ severity }) => severity === 'error').length;

describe('a slice by resolve()', () => {
  const contained = [observation('a', [], note), observation('b', [])];

  it('takes what the reference leads to and meets the profile, of what is contained', () => {
    expect(faults(observation('x', ['#a', '#b'], { contained }), 'one')).toBe(0);
    expect(faults(observation('x', ['#b'], { contained }), 'one')).toBe(1);
    expect(faults(observation('x', ['#a', '#a'], { contained }), 'one')).toBe(1);
    expect(faults(observation('x', ['#a', '#b'], { contained }), 'closed')).toBe(1);
  });

  it('takes what an entry of the Bundle is, by any of its names', () => {
    const bundle = (reference: string, more: object) => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { fullUrl: 'urn:uuid:1', resource: observation('x', [reference]) },
        { fullUrl: 'http://example.org/Observation/a', resource: observation('a', [], more) },
      ],
    });
    for (const reference of [
      'Observation/a',
      'http://example.org/Observation/a',
      'Observation/a/_history/1',
    ]) {
      expect(faults(bundle(reference, note), 'bundle'), reference).toBe(0);
      expect(faults(bundle(reference, {}), 'bundle'), reference).toBe(1);
    }
  });

  it('goes by the type where it is not at hand, and then counts no second one', () => {
    expect(faults(observation('x', ['Observation/far']), 'one')).toBe(0);
    expect(faults(observation('x', ['Procedure/far']), 'one')).toBe(1);
  });

  it('ends where references go in circles', () => {
    const contained = Array.from({ length: 12 }, (_, i) =>
      observation(
        `c${i}`,
        Array.from({ length: 12 }, (__, j) => `#c${j}`),
      ),
    );
    expect(faults(observation('x', ['#c0'], { contained }), 'circle')).toBe(0);
  });
});
