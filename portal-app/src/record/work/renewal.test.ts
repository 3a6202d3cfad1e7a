/** What a renewal takes over of the prescription before it, and which are not renewed without another look. */
import type { MedicationRequest } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { doubtOf, endsWithIt, orderOf, successorOf } from './renewal.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const before: MedicationRequest = {
  resourceType: 'MedicationRequest',
  id: 'old',
  meta: { versionId: '4', profile: ['urn:p'], security: [{ code: 'R' }] },
  identifier: [{ value: 'rx-1' }],
  status: 'stopped',
  statusReason: { text: 'liver values' },
  intent: 'order',
  subject: { reference: 'Patient/a' },
  encounter: { reference: 'Encounter/then' },
  contained: [
    { resourceType: 'Medication', id: 'm' },
    { resourceType: 'Practitioner', id: 'p' },
  ],
  medicationReference: { reference: '#m' },
  requester: { reference: '#p' },
  recorder: { reference: '#p' },
  groupIdentifier: { value: 'all of them' },
  note: [{ text: 'told by telephone' }],
  eventHistory: [{ reference: 'Provenance/x' }],
  reasonCode: [{ text: 'High blood pressure' }],
  dosageInstruction: [{ text: 'One a day' }],
  dispenseRequest: { numberOfRepeatsAllowed: 3, validityPeriod: { start: '2026-01-01', end: '2026-06-30' } },
};

describe('a renewal', () => {
  it('takes over the order, and nothing of what became of it', () => {
    expect(orderOf(before, NOW)).toEqual({
      resourceType: 'MedicationRequest',
      meta: { profile: ['urn:p'] },
      intent: 'order',
      subject: { reference: 'Patient/a' },
      contained: [{ resourceType: 'Medication', id: 'm' }],
      medicationReference: { reference: '#m' },
      reasonCode: [{ text: 'High blood pressure' }],
      dosageInstruction: [{ text: 'One a day' }],
      dispenseRequest: { numberOfRepeatsAllowed: 3 },
    });
  });

  it('is good for as long as the one before, while that is', () => {
    const validityPeriod = { start: '2026-01-01', end: '2027-01-01' };
    expect(orderOf({ ...before, dispenseRequest: { validityPeriod } }, NOW).dispenseRequest).toEqual({
      validityPeriod,
    });
  });
});

it.each([
  ['active', false, true],
  ['completed', false, false],
  ['on-hold', true, true],
  ['stopped', true, false],
  ['cancelled', true, false],
  ['draft', true, false],
  ['unknown', true, false],
  ['entered-in-error', true, false],
] as const)('one that is %s wants another look: %s; is over with its renewal: %s', (status, asks, ends) => {
  expect(doubtOf({ ...before, status }) !== undefined).toBe(asks);
  expect(endsWithIt({ ...before, status })).toBe(ends);
});

it('one that says not to take a medicine wants another look', () => {
  expect(doubtOf({ ...before, status: 'active', doNotPerform: true })).toBeDefined();
});

describe('what follows a prescription', () => {
  const order = (id: string, prior: string, status: MedicationRequest['status']): MedicationRequest => ({
    resourceType: 'MedicationRequest',
    id,
    status,
    intent: 'order',
    subject: { reference: 'Patient/a' },
    priorPrescription: { reference: `MedicationRequest/${prior}` },
    authoredOn: '2026-11-20',
    requester: { display: 'Dr. Osei' },
  });
  it('is the one in force that names it, at once or by others between', () => {
    expect(successorOf({ ...before, id: 'old' }, [order('next', 'old', 'active')])?.id).toBe('next');
    const chain = [order('c', 'b', 'on-hold'), order('b', 'old', 'completed')];
    expect(successorOf({ ...before, id: 'old' }, chain)?.id).toBe('c');
  });
  it('is none where what followed has ended, or was only proposed, or follows in a circle', () => {
    expect(successorOf({ ...before, id: 'old' }, [order('next', 'old', 'stopped')])).toBeUndefined();
    expect(
      successorOf({ ...before, id: 'old' }, [{ ...order('next', 'old', 'active'), intent: 'proposal' }]),
    ).toBeUndefined();
    const circle = [order('a', 'b', 'completed'), order('b', 'a', 'completed')];
    expect(successorOf({ ...before, id: 'a' }, circle)).toBeUndefined();
  });
  it('is one of the same medicine where this one has ended, whatever it names', () => {
    const medicine = (code: string) => ({
      medicationCodeableConcept: { coding: [{ system: 'urn:rx', code }] },
    });
    const { medicationReference: _, ...rest } = before;
    const ended: MedicationRequest = { ...rest, ...medicine('314076'), status: 'completed' };
    const { priorPrescription: _p, ...unlinked } = order('other', '', 'active');
    expect(successorOf(ended, [{ ...unlinked, ...medicine('314076') }])?.id).toBe('other');
    expect(successorOf(ended, [{ ...unlinked, ...medicine('999') }])).toBeUndefined();
    expect(successorOf(ended, [{ ...unlinked, ...medicine('314076'), status: 'stopped' }])).toBeUndefined();
    const inWords = (text: string) => ({ medicationCodeableConcept: { text } });
    const told: MedicationRequest = { ...rest, ...inWords('Oxycodone 5 mg'), status: 'completed' };
    expect(successorOf(told, [{ ...unlinked, ...inWords('oxycodone 5 mg ') }])?.id).toBe('other');
    expect(successorOf(told, [{ ...unlinked, ...inWords('Oxycodone 10 mg') }])).toBeUndefined();
    // Both in force: a morning's and an evening's.
    expect(
      successorOf({ ...ended, status: 'active' }, [{ ...unlinked, ...medicine('314076') }]),
    ).toBeUndefined();
  });
  it('is said before it is renewed again', () => {
    const doubt = doubtOf({ ...before, status: 'completed' }, order('next', 'old', 'active'));
    expect(doubt).toContain('Nov 20, 2026, Dr. Osei');
    expect(doubtOf({ ...before, status: 'completed' }, undefined)).toBeUndefined();
    const stopped = doubtOf(before, order('next', 'old', 'active'));
    expect(stopped).toContain('was stopped. Renewed already');
  });
});
