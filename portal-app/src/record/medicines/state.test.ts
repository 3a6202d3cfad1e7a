import type { MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { isTaken } from './own.ts';
import { isBefore, isOnHold, isOver, isPrescribed, stateWords } from './state.ts';

const request = (status: string, why?: string) =>
  ({ status, ...(why ? { statusReason: { text: why } } : {}) }) as MedicationRequest;
const statement = (more: object) => ({ status: 'active', ...more }) as MedicationStatement;

describe('what was prescribed', () => {
  it('and is on hold, stopped or unsure is said to be so, with why', () => {
    expect(stateWords(request('on-hold', 'Before the operation'))).toBe('On hold: Before the operation');
    expect(stateWords(request('stopped'))).toBe('Stopped');
    expect(stateWords(request('unknown'))).toBe('State not known');
    expect(stateWords(request('active', 'Needed'))).toBeUndefined();
    expect(isOnHold(request('on-hold'))).toBe(true);
  });
  it('is nothing while it is only written down', () => {
    expect(
      ['draft', 'entered-in-error', 'active', 'completed'].map((each) => isPrescribed(request(each))),
    ).toEqual([false, false, true, true]);
  });
});

describe('what is taken besides', () => {
  it('is not taken once its time is over, on hold or only planned', () => {
    expect(isTaken(statement({}))).toBe(true);
    expect(isTaken(statement({ effectivePeriod: { start: '2020', end: '2021' } }))).toBe(false);
    expect(isTaken(statement({ effectivePeriod: { start: '2099-02-01' } }))).toBe(false);
    const east = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);
    expect(isTaken(statement({ effectivePeriod: { start: east } }))).toBe(true);
    expect(isTaken(statement({ status: 'on-hold' }))).toBe(false);
    expect(isTaken(statement({ status: 'intended' }))).toBe(false);
    expect(stateWords(statement({ status: 'intended' }))).toBe('Planned');
    const stopped = statement({ resourceType: 'MedicationStatement', status: 'stopped' });
    expect(stateWords(stopped)).toBe('Not taken now');
  });
});

it('a day is over as precisely as it is known', () => {
  const today = '2026-11-30';
  expect(['2026', '2026-11', '2026-11-30'].map((each) => isOver(each, today))).toEqual([false, false, false]);
  expect(['2025', '2026-10', '2026-11-29'].map((each) => isOver(each, today))).toEqual([true, true, true]);
  expect([undefined, 'soon', '2027-02-01'].map((each) => isBefore(each, today))).toEqual([
    false,
    false,
    true,
  ]);
});
