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
const doctor = (id: string, members: object) => ({ resourceType: 'Practitioner', id, ...members });
const group = (id: string, ...members: string[]) => ({
  resourceType: 'Group',
  id,
  type: 'practitioner',
  actual: true,
  member: members.map((each) => ({ entity: { reference: `Practitioner/${each}` } })),
});
const RESOURCES: readonly { resourceType: string; id: string }[] = [
  patient('peter', { gender: 'male', birthDate: '1980', name: [{ given: ['Peter'], family: 'Petrov' }] }),
  patient('anna', { gender: 'female', birthDate: '1990-05', name: [{ given: ['Anna'], family: 'A, "B"' }] }),
  patient('nobody', {}),
  observation('high', 'peter', { valueQuantity: { value: 120 }, effectiveDateTime: '2020' }),
  observation('low', 'anna', { valueQuantity: { value: 80 } }),
  observation('other', 'nobody', { code: { coding: [{ system: 'urn:x', code: '8480-6' }] } }),
  doctor('one', {
    name: [{ given: ['Ann'] }],
    identifier: [{ system: 'urn:a', value: 'X' }],
    communication: [{ coding: [{ system: 'urn:l', code: 'en' }] }],
  }),
  doctor('two', {
    name: [{ given: ['Ann', 'Zoe'] }],
    identifier: [
      { system: 'urn:a', value: 'X' },
      { system: 'urn:b', value: 'x' },
    ],
    communication: [
      { coding: [{ system: 'urn:l', code: 'EN' }] },
      { coding: [{ system: 'urn:l', code: 'en' }] },
    ],
  }),
  doctor('three', {
    name: [{ given: ['Müller'] }, { given: ['Mueller'] }],
    identifier: [
      { system: 'urn:a', value: 'X' },
      { system: 'urn:a', value: 'Y' },
    ],
    communication: [
      {
        coding: [
          { system: 'urn:l', code: 'en' },
          { system: 'urn:m', code: 'de' },
        ],
      },
    ],
  }),
  doctor('none', {}),
  group('of-one', 'one'),
  group('of-two', 'one', 'two'),
  { resourceType: 'List', id: 'periods', status: 'current', mode: 'working', date: '2020-02-15' } as never,
  {
    resourceType: 'Encounter',
    id: 'winter',
    status: 'finished',
    class: { code: 'AMB' },
    period: { start: '2020-01-10', end: '2020-02-10' },
  } as never,
  {
    resourceType: 'Encounter',
    id: 'open',
    status: 'in-progress',
    class: { code: 'AMB' },
    period: { start: '2020-03-01' },
  } as never,
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
    // R4: an item of the set has an unequal value, whatever its type.
    ['Practitioner', 'given ne ann', 'three two'],
    ['Practitioner', 'given ne ANN', 'three two'],
    ['Practitioner', 'given ne Müller', 'one two'],
    ['Practitioner', 'not (given eq ann)', 'none three'],
    ['Practitioner', 'identifier ne x', 'three'],
    ['Practitioner', 'identifier ne urn:a|X', 'three two'],
    ['Practitioner', 'identifier ne urn:b|', 'one three two'],
    ['Practitioner', 'identifier ne urn:a|', 'two'],
    ['Practitioner', 'communication ne en', 'three'],
    ['Practitioner', 'communication ne urn:l|en', 'three'],
    ['Group', 'member ne Practitioner/one', 'of-two'],
    ['Group', 'member ne Practitioner/two', 'of-one of-two'],
    ['Group', 'member:Practitioner.given ne ann', 'of-two'],
    ['Group', 'member.given ne ann', 'of-two'],
    // Its siblings, of chains: the set is that of all values at the end.
    ['Observation', 'subject.birthdate pr false', 'other'],
    ['Observation', 'subject.gender ni http://hl7.org/fhir/ValueSet/administrative-gender', 'other'],
    ['Group', 'member re Practitioner/two', 'of-two'],
    // Overlaps: a period with any moment of the given time.
    ['Encounter', 'date po 2020-01', 'winter'],
    ['Encounter', 'date po 2020-02-10', 'winter'],
    ['Encounter', 'date po 2020-02-11', ''],
    ['Encounter', 'date po 2020', 'open winter'],
    ['Encounter', 'date po 2031', 'open'],
    ['List', 'date po 2020-02', 'periods'],
    ['List', '_lastUpdated po 2000', ''],
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
    ['Patient', 'gender po 1980'],
    ['Patient', '_id po 1980'],
    ['Patient', 'gender re male'],
    ['Patient', 'gender ne male,female'],
    ['Observation', 'code-value-quantity ne 8480-6$120'],
    ['Patient', 'given gt "an"'],
    ['Patient', 'family eq "\\x"'],
    ['Observation', 'subject.name gt "a"'],
    ['Observation', 'code-value-quantity gt 8480-6$100'],
  ])('%s: %s is refused', async (type, filter) => {
    expect((await ask(type, filter)).status).toBe(400);
  });
});
