import type { Appointment, Questionnaire } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { FieldProblem } from '../../format/field-problem.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { mayCheckInAhead } from './changes.ts';
import { CONFIRMED, checkInOf, consentItems, responseOf, sendCheckIn } from './check-in.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const visit = (start: string, status = 'booked') =>
  ({ resourceType: 'Appointment', id: 'v', status, start, participant: [] }) as unknown as Appointment;
const fhir = { patient: 'ana', self: 'Patient/ana' };
const form: Questionnaire = {
  resourceType: 'Questionnaire',
  status: 'active',
  item: [
    { linkId: 'intro', type: 'display', text: 'Before you come' },
    { linkId: 'treat', type: 'boolean', text: 'I agree.' },
  ],
};
const confirmed = Object.fromEntries(CONFIRMED.map((part) => [part, 'yes']));

it('is open from three days before a booked visit until it begins', () => {
  expect(mayCheckInAhead(visit('2026-12-01T12:00:00Z'), NOW)).toBe(true);
  expect(mayCheckInAhead(visit('2026-12-01T12:00:01Z'), NOW)).toBe(false);
  expect(mayCheckInAhead(visit('2026-11-28T12:00:00Z'), NOW)).toBe(false);
  expect(mayCheckInAhead(visit('2026-11-29T12:00:00Z', 'cancelled'), NOW)).toBe(false);
  expect(mayCheckInAhead(visit(''), NOW)).toBe(false);
});

it('wants every answer, what is different in words, and a signature', () => {
  const problems = (answers: Record<string, string>) => {
    try {
      responseOf(fhir, visit(''), form, answers);
      return undefined;
    } catch (error) {
      return Object.keys((error as FieldProblem).fields);
    }
  };
  expect(problems({})).toEqual([...CONFIRMED, 'treat', 'signature']);
  expect(problems({ ...confirmed, insurance: 'no', treat: 'no', signature: ' ' })).toEqual([
    'insurance-note',
    'signature',
  ]);
  expect(problems({ ...confirmed, treat: 'no', signature: 'Ana' })).toBeUndefined();
});

it('is read as it was signed: each text, its answer, by whom and when', () => {
  const answers = {
    ...confirmed,
    insurance: 'no',
    'insurance-note': ' New one. ',
    treat: 'yes',
    signature: 'Ana Q',
  };
  const response = responseOf(fhir, visit(''), form, answers, '2026-11-28T12:00:00Z');
  expect(checkInOf(response)).toEqual({
    at: '2026-11-28T12:00:00Z',
    signedBy: 'Ana Q',
    lines: [
      ['Are phone, e-mail and address right?', 'Yes'],
      ['Is the insurance right?', 'No'],
      ['What is different?', 'New one.'],
      ['Is the list of medicines right?', 'Yes'],
      ['Is the list of allergies right?', 'Yes'],
      ['I agree.', 'Yes'],
    ],
    wantsLook: true,
  });
  expect(checkInOf(responseOf(fhir, visit(''), null, { ...confirmed, signature: 'A' })).wantsLook).toBe(
    false,
  );
});

it('asks consent to what the clinic’s form has, and to nothing where there is none', () => {
  expect(consentItems(form).map(({ linkId, required }) => [linkId, required])).toEqual([['treat', true]]);
  expect(consentItems(null)).toEqual([]);
});

it('is what was sent where it was answered alike before, and else is said to be there with other answers', async () => {
  const answered = (more: object = {}) =>
    responseOf(fhir, visit(''), form, { ...confirmed, treat: 'yes', signature: 'Ana Diaz', ...more });
  const server = (stored: object) => ({ create: async () => stored }) as unknown as Fhir;
  const there = { ...answered(), id: 'r', authored: '2026-11-28T11:00:00Z' };
  expect(await sendCheckIn(server(there), answered())).toBe(there);
  for (const changed of [{ treat: 'no' }, { insurance: 'no', 'insurance-note': 'A new card' }])
    await expect(sendCheckIn(server(there), answered(changed))).rejects.toThrow(/what you wrote before/);
});
