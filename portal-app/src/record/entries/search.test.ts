import type { Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { type Hit, searchQuery } from './search.ts';

const found = async (...resources: object[]): Promise<readonly string[]> => {
  const fhir = {
    patient: 'ana',
    batch: async () => [{ resources: resources as Resource[] }],
  } as unknown as Fhir;
  const search = searchQuery(fhir, 'tablet').queryFn as unknown as () => Promise<readonly Hit[]>;
  return (await search()).map(({ name, about }) => [name, about].filter(Boolean).join(': '));
};
const prescribed = (name: string, more: object = {}) => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: name },
  ...more,
});
const message = (sent: string, contentString: string) => ({
  resourceType: 'Communication',
  status: 'completed',
  topic: { text: 'My pills' },
  sent,
  payload: [{ contentString }],
});
const visit = (start: string) => ({
  resourceType: 'Appointment',
  status: 'booked',
  description: 'Check-up',
  start,
  participant: [],
});

describe('a search of the whole record', () => {
  it('has each medicine that was found, though they stand on one page', async () => {
    expect(
      await found(
        prescribed('Apixaban'),
        prescribed('Losartan'),
        prescribed('Ibuprofen', { doNotPerform: true }),
        {
          resourceType: 'MedicationStatement',
          status: 'active',
          medicationCodeableConcept: { text: 'Zinc' },
        },
      ),
    ).toStrictEqual(['Apixaban', 'Losartan', 'Ibuprofen: Not to be taken', 'Zinc']);
  });

  it('has one that was prescribed again and again once, and apart from that it is not to be taken now', async () => {
    const years = ['2024', '2025', '2026'];
    const again = years.map((authoredOn) => prescribed('Ibuprofen', { authoredOn }));
    expect(await found(...again)).toStrictEqual(['Ibuprofen']);
    expect(await found(...again, prescribed('Ibuprofen', { doNotPerform: true }))).toHaveLength(2);
  });

  it('has no prescription that nobody has signed yet', async () => {
    expect(await found(prescribed('Apixaban', { status: 'draft' }), prescribed('Losartan'))).toStrictEqual([
      'Losartan',
    ]);
  });

  it('has each message and each visit', async () => {
    const [first, second] = ['2026-11-01T10:00:00Z', '2026-11-02T10:00:00Z'];
    const messages = await found(message(first, 'One tablet?'), message(second, 'Two tablets.'));
    expect(messages).toStrictEqual(['My pills: Two tablets.', 'My pills: One tablet?']);
    expect(await found(visit(first), visit(second))).toHaveLength(2);
  });

  it('has a test that was done many times once', async () => {
    const test = (day: string) => ({
      resourceType: 'Observation',
      id: day,
      status: 'final',
      code: { text: 'Glucose' },
      effectiveDateTime: day,
    });
    expect(await found(test('2026-01-01'), test('2026-02-01'))).toHaveLength(1);
  });
});
