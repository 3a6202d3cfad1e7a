/** What the banner says of a patient. */
import type { AllergyIntolerance, Patient } from '@medplum/fhirtypes';
import { afterEach, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { ageOf, allergyWords, type Banner, bannerQuery } from './banner.ts';

afterEach(() => setZoneOfClinic(undefined));

const born = (birthDate: string, more: Partial<Patient> = {}): Patient => ({
  resourceType: 'Patient',
  birthDate,
  ...more,
});

it('the age goes by the clinic’s day, whatever the device shows', () => {
  // Half an hour past midnight in UTC; the evening of the 27th in Chicago.
  const now = Date.parse('2026-11-28T00:30:00Z');
  setZoneOfClinic('UTC');
  expect(ageOf(born('2000-11-28'), now)).toEqual({ count: 26, unit: 'years' });
  setZoneOfClinic('America/Chicago');
  expect(ageOf(born('2000-11-28'), now)).toEqual({ count: 25, unit: 'years' });
  expect(ageOf(born('2025-10-28'), now)).toEqual({ count: 12, unit: 'months' });
});

it('the age ends at the day of death, and is not told without a birth date or before it', () => {
  setZoneOfClinic('America/Chicago');
  const died = { deceasedDateTime: '2020-05-01T02:00:00Z' };
  expect(ageOf(born('1950-05-01', died))).toEqual({ count: 69, unit: 'years' });
  expect(ageOf(born('1950-05-01', { deceasedDateTime: '2020-05-01' }))).toEqual({ count: 70, unit: 'years' });
  expect(ageOf({ resourceType: 'Patient' })).toBeUndefined();
  expect(ageOf(born('2099-01-01'))).toBeUndefined();
});

it('tells the flags that hold, and asks for them by what R4 finds a Flag by', async () => {
  const asked: string[] = [];
  const flag = (id: string, status: string) => ({ resourceType: 'Flag', id, status });
  const fhir = {
    self: 'Practitioner/nina',
    patient: 'ana',
    search: async () => ({ resources: [{ resourceType: 'Patient', id: 'ana' }] }),
    async batch(urls: readonly string[]) {
      asked.push(...urls);
      return urls.map((url) => ({
        resources: url.startsWith('Flag?') ? [flag('falls', 'active'), flag('over', 'inactive')] : [],
      }));
    },
  } as unknown as Fhir;
  const { flags } = await (bannerQuery(fhir).queryFn as unknown as () => Promise<Banner>)();
  expect(flags?.map(({ id }) => id)).toEqual(['falls']);
  const [ofFlags] = asked.filter((url) => url.startsWith('Flag?'));
  // https://hl7.org/fhir/R4/flag.html#search
  const known = ['author', 'date', 'encounter', 'identifier', 'patient', 'subject', '_count'];
  const names = [...new URLSearchParams(ofFlags?.split('?')[1]).keys()];
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
});

it('an allergy without a code is to what any of its reactions names, and the gravest is told first', () => {
  const allergy: AllergyIntolerance = {
    resourceType: 'AllergyIntolerance',
    patient: { reference: 'Patient/ana' },
    reaction: [
      { manifestation: [{ text: 'Hives' }], severity: 'mild' },
      { substance: { text: 'Penicillin G' }, manifestation: [{ text: 'Anaphylaxis' }], severity: 'severe' },
    ],
  };
  expect(allergyWords(allergy)).toBe('Penicillin G: Anaphylaxis, Hives');
});
