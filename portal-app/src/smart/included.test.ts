import type { Bundle, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { withIncluded } from './included.ts';

const BASE = 'https://fhir.example.org/r4';
const STORED = [
  { resourceType: 'Medication', id: 'm1', code: { text: 'Lisinopril 10 mg' } },
  { resourceType: 'Observation', id: 'panel', hasMember: [{ reference: 'Observation/k' }] },
  { resourceType: 'Observation', id: 'k', hasMember: [{ reference: 'Observation/panel' }] },
] as unknown as Resource[];
const found = (...resources: object[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: resources.map((resource) => ({ resource: resource as Resource })),
});

/** A server that does not bring along what is referred to. `knowsIds`: it searches by `_id`. */
function server(knowsIds: boolean) {
  const asked: string[] = [];
  const of = (type: string, id: string) =>
    STORED.find((each) => each.resourceType === type && each.id === id);
  const reader = {
    baseUrl: BASE,
    async search(address: string): Promise<Bundle> {
      asked.push(address);
      if (!knowsIds) throw new Error('400');
      const [type = '', query] = address.split('?');
      const ids = new URLSearchParams(query).get('_id')?.split(',') ?? [];
      return found(...ids.flatMap((id) => of(type, id) ?? []));
    },
    async read(address: string): Promise<Resource> {
      asked.push(address);
      const [type = '', id = ''] = address.split('/');
      return of(type, id) ?? Promise.reject(new Error('404'));
    },
  };
  return { asked, reader };
}

const PRESCRIBED = 'MedicationRequest?patient=p&_include=MedicationRequest:medication';
const REPORTS =
  'DiagnosticReport?patient=p&_include=DiagnosticReport:result&_include:iterate=Observation:has-member';
const prescription = (reference: string) => ({
  resourceType: 'MedicationRequest',
  id: 'r',
  medicationReference: { reference },
});
const idsOf = ({ entry = [] }: Bundle) => entry.map(({ resource }) => resource?.id);

describe('P29: what a search was to bring along, of a server that does not', () => {
  it.each([
    ['by their ids at once', true, ['Medication?_id=m1&_count=1']],
    ['one by one where it knows no search by ids', false, ['Medication?_id=m1&_count=1', 'Medication/m1']],
  ])('is read by its references, %s, and marked as included', async (_, knowsIds, expected) => {
    const { asked, reader } = server(knowsIds);
    const bundle = await withIncluded(found(prescription(`${BASE}/Medication/m1`)), PRESCRIBED, reader);
    expect(bundle.entry?.[1]).toMatchObject({ resource: { id: 'm1' }, search: { mode: 'include' } });
    expect(asked).toEqual(expected);
  });

  it('goes on to what that refers to, once each, in a circle too', async () => {
    const { asked, reader } = server(true);
    const report = {
      resourceType: 'DiagnosticReport',
      id: 'd',
      result: [{ reference: 'Observation/panel' }],
    };
    expect(idsOf(await withIncluded(found(report), REPORTS, reader))).toEqual(['d', 'panel', 'k']);
    expect(asked).toHaveLength(2);
  });

  it('is left out where it can’t be read, is contained, or is on another server, which is not asked', async () => {
    for (const reference of ['Medication/gone', '#m', 'https://elsewhere.example/Medication/m1']) {
      const { asked, reader } = server(true);
      expect(idsOf(await withIncluded(found(prescription(reference)), PRESCRIBED, reader))).toEqual(['r']);
      expect(asked.every((each) => each.includes('gone'))).toBe(true);
    }
  });
});
