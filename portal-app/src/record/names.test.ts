import type { Encounter, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { FhirApi } from '../smart/fhir.ts';
import { lineOf } from './entries/kinds.ts';
import { named, unnamedIn, withNames } from './names.ts';

const visit: Encounter = {
  resourceType: 'Encounter',
  id: 'v',
  status: 'finished',
  class: { code: 'AMB' },
  subject: { reference: 'Patient/a' },
  participant: [
    { individual: { reference: 'Practitioner/p' } },
    { individual: { reference: 'PractitionerRole/r' } },
    { individual: { reference: 'Practitioner/q', display: 'Dr. Quick' } },
  ],
  location: [{ location: { reference: 'Location/l' } }],
  length: { value: 30 },
};

const server = (resources: readonly object[] | undefined) => {
  const asked: string[] = [];
  const batch = async (searches: readonly string[]) => {
    asked.push(...searches);
    return searches.map((search) =>
      resources
        ? {
            resources: resources.filter(
              (each) =>
                search.startsWith(`${(each as Resource).resourceType}?`) ||
                search.includes('_include=PractitionerRole:practitioner'),
            ) as Resource[],
          }
        : ({ failed: true } as const),
    );
  };
  return { asked, fhir: { batch } as unknown as FhirApi };
};

const PEOPLE = [
  { resourceType: 'Practitioner', id: 'p', name: [{ given: ['Ida'], family: 'Innen' }] },
  { resourceType: 'Practitioner', id: 's', name: [{ text: 'Dr. Sam Role' }] },
  { resourceType: 'PractitionerRole', id: 'r', practitioner: { reference: 'Practitioner/s' } },
  { resourceType: 'Location', id: 'l', name: 'Hill Street' },
];

describe('who is named by reference alone', () => {
  it('is named by what the reference leads to, a role by its person, in one request', async () => {
    const { fhir, asked } = server(PEOPLE);
    const told = await named(fhir, visit);
    expect(lineOf(told).note).toBe('Ida Innen, Dr. Sam Role, Dr. Quick');
    expect(lineOf(told).facts).toContainEqual(['Where', 'Hill Street']);
    expect(asked).toEqual([
      'Location?_id=l&_count=100',
      'Practitioner?_id=p&_count=100',
      'PractitionerRole?_id=r&_count=100&_include=PractitionerRole:practitioner',
    ]);
  });

  it('leaves what has its name, whose record it is, and all else as it was', async () => {
    const { fhir, asked } = server(PEOPLE);
    const whole: Encounter = { ...visit, participant: [visit.participant?.[2] ?? {}], location: [] };
    expect(await named(fhir, whole)).toBe(whole);
    expect(asked).toEqual([]);
    const told = withNames(visit, new Map([['Practitioner/p', 'Ida Innen']]));
    expect(told.length).toBe(visit.length);
    expect(told.subject).toBe(visit.subject);
    expect(unnamedIn(told)).toEqual(['Location/l', 'PractitionerRole/r']);
  });

  it('stays unnamed where nobody may tell', async () => {
    expect(await named(server(undefined).fhir, visit)).toBe(visit);
  });
});
