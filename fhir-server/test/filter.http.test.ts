/** `_filter` as https://hl7.org/fhir/R4/search_filter.html has it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const LOINC = 'http://loinc.org';
const patient = (id: string, members: object) => ({ resourceType: 'Patient', id, ...members });
const observation = (id: string, of: string, members: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: LOINC, code: '8480-6' }] },
  subject: { reference: `Patient/${of}` },
  ...members,
});
const RESOURCES: readonly { resourceType: string; id: string }[] = [
  patient('peter', { gender: 'male', birthDate: '1980', name: [{ given: ['Peter'], family: 'Petrov' }] }),
  patient('anna', { gender: 'female', birthDate: '1990-05', name: [{ given: ['Anna'], family: 'A, "B"' }] }),
  patient('nobody', {}),
  observation('high', 'peter', { valueQuantity: { value: 120 }, effectiveDateTime: '2020' }),
  observation('low', 'anna', { valueQuantity: { value: 80 } }),
  observation('other', 'nobody', { code: { coding: [{ system: 'urn:x', code: '8480-6' }] } }),
];

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const ask = (type: string, filter: string) =>
    world.ask('GET', `/${type}?_filter=${encodeURIComponent(filter)}`, { token: world.system });
  beforeAll(async () => {
    world = await open();
    for (const body of RESOURCES) {
      const path = `/${body.resourceType}/${body.id}`;
      expect((await world.ask('PUT', path, { token: world.system, body })).status).toBe(201);
    }
  });
  afterAll(() => world.close());

  it.each([
    // From left to right, and no other way.
    ['Patient', 'gender eq male or gender eq female and birthdate ge 1990', 'anna'],
    ['Patient', 'gender eq male or (gender eq female and birthdate ge 1990)', 'anna peter'],
    ['Patient', 'birthdate ge 1990 and gender eq female or gender eq male', 'anna peter'],
    // What has no value is not unequal to one.
    ['Patient', 'gender ne male', 'anna'],
    ['Patient', 'family ne petrov', 'anna'],
    ['Patient', 'birthdate ne 1980', 'anna'],
    ['Patient', 'not (gender eq male)', 'anna nobody'],
    ['Patient', '_id ne peter', 'anna nobody'],
    ['Patient', 'birthdate pr false', 'nobody'],
    ['Patient', 'family eq "a, \\"b\\""', 'anna'],
    ['Observation', 'value-quantity ne 80', 'high'],
    // R4's own example, and its siblings: the kind is that of the end of the chain.
    ['Observation', 'subject.name co "pet"', 'high'],
    ['Observation', 'subject:Patient.family ew "ov"', 'high'],
    ['Observation', 'subject.given sw "an"', 'low'],
    ['Observation', 'subject.birthdate ge 1990', 'low'],
    ['Observation', 'subject.gender ne male', 'low'],
    ['Observation', 'code eq loinc|8480-6', 'high low'],
    ['Observation', 'code ne LOINC|8480-6', 'other'],
    // A composite in quotation marks has its parts, too.
    ['Observation', 'code-value-quantity eq 8480-6$gt100', 'high'],
    ['Observation', 'code-value-quantity eq "loinc|8480-6$120"', 'high'],
  ])('%s: %s', async (type, filter, ids) => {
    const { status, body, text } = await ask(type, filter);
    expect(status, text).toBe(200);
    const found = (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id);
    expect(found.sort().join(' ')).toBe(ids);
  });

  it.each([
    ['Patient', 'birthdate pr maybe'],
    ['Patient', 'birthdate po 1980'],
    ['Patient', 'given gt "an"'],
    ['Patient', 'family eq "\\x"'],
    ['Observation', 'subject.name gt "a"'],
    ['Observation', 'code-value-quantity gt 8480-6$100'],
  ])('%s: %s is refused', async (type, filter) => {
    expect((await ask(type, filter)).status).toBe(400);
  });
});
