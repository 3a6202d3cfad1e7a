import type { MedicationDispense, MedicationRequest } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { pharmaciesOf, runsOutSoon, supplyOf } from './supply.ts';

// Days are the clinic's, whatever the zone of the machine.
beforeAll(() => setZoneOfClinic('UTC'));

const request = (allowed?: number): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  id: 'rx',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/ana' },
  ...(allowed === undefined ? {} : { dispenseRequest: { numberOfRepeatsAllowed: allowed } }),
});
const dispense = (day: string, more: Partial<MedicationDispense> = {}): MedicationDispense => ({
  resourceType: 'MedicationDispense',
  status: 'completed',
  medicationCodeableConcept: { text: 'Metformin' },
  authorizingPrescription: [{ reference: 'MedicationRequest/rx' }],
  whenHandedOver: `${day}T16:00:00Z`,
  daysSupply: { value: 30 },
  performer: [{ actor: { reference: 'Organization/p', display: 'Hill Pharmacy' } }],
  ...more,
});

describe('what is left of a prescription', () => {
  it('is the repeats allowed less those handed over, the first of which was none', () => {
    expect(supplyOf(request(3), []).left).toBe(3);
    expect(supplyOf(request(3), [dispense('2026-01-01')]).left).toBe(3);
    expect(supplyOf(request(3), [dispense('2026-01-01'), dispense('2026-02-01')]).left).toBe(2);
    expect(supplyOf(request(0), [dispense('2026-01-01'), dispense('2026-02-01')]).left).toBe(0);
  });
  it('is not known where the prescription does not say', () => {
    expect(supplyOf(request(), [dispense('2026-01-01')]).left).toBeUndefined();
  });
  it('does not count what was not handed over, or belongs to another', () => {
    const others = [
      dispense('2026-02-01', { status: 'cancelled' }),
      dispense('2026-02-02', { authorizingPrescription: [{ reference: 'MedicationRequest/other' }] }),
    ];
    expect(supplyOf(request(3), [dispense('2026-01-01'), ...others])).toEqual({
      left: 3,
      runsOut: '2026-01-31',
      pharmacy: { reference: 'Organization/p', name: 'Hill Pharmacy' },
    });
  });
  it('runs out by the last time it was handed over; as needed, nobody can say', () => {
    const dispenses = [dispense('2026-01-01'), dispense('2026-02-01')];
    expect(supplyOf(request(3), dispenses).runsOut).toBe('2026-03-03');
    const asNeeded = { ...request(3), dosageInstruction: [{ asNeededBoolean: true }] };
    expect(supplyOf(asNeeded, dispenses).runsOut).toBeUndefined();
  });
  it('is soon gone within a week, and when it is gone already', () => {
    const supply = supplyOf(request(3), [dispense('2026-01-01')]);
    expect(runsOutSoon(supply, Date.parse('2026-01-20'))).toBe(false);
    expect(runsOutSoon(supply, Date.parse('2026-01-26'))).toBe(true);
    expect(runsOutSoon(supply, Date.parse('2026-03-01'))).toBe(true);
  });
});

it('pharmacies are named once, the last one first', () => {
  const other = { performer: [{ actor: { reference: 'Organization/q' as const, display: 'Q' } }] };
  expect(
    pharmaciesOf([dispense('2026-01-01'), dispense('2026-03-01', other), dispense('2026-02-01')]).map(
      ({ name }) => name,
    ),
  ).toEqual(['Q', 'Hill Pharmacy']);
});

it('P5: a renewed prescription keeps run-out date and pharmacy of what was handed over for the one before', () => {
  const renewed: MedicationRequest = {
    resourceType: 'MedicationRequest',
    id: 'new',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/a' },
    priorPrescription: { reference: 'MedicationRequest/old' },
    dispenseRequest: { numberOfRepeatsAllowed: 3 },
  };
  const handedOver: MedicationDispense = {
    resourceType: 'MedicationDispense',
    status: 'completed',
    whenHandedOver: '2026-11-01T10:00:00Z',
    daysSupply: { value: 30 },
    authorizingPrescription: [{ reference: 'MedicationRequest/old' }],
    performer: [{ actor: { reference: 'Organization/p', display: 'Main Street Pharmacy' } }],
  };
  expect(supplyOf(renewed, [handedOver])).toEqual({
    left: 3,
    runsOut: '2026-12-01',
    pharmacy: { reference: 'Organization/p', name: 'Main Street Pharmacy' },
  });
});
