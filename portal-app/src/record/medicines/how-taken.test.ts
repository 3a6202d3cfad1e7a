import type { MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { howTaken } from './how-taken.ts';
import { stateWords } from './state.ts';

const DOSE = [{ text: 'Take 1 tablet twice daily' }];
const request = (more: Partial<MedicationRequest>) =>
  ({ resourceType: 'MedicationRequest', status: 'active', ...more }) as MedicationRequest;
const statement = (more: Partial<MedicationStatement>) =>
  ({ resourceType: 'MedicationStatement', status: 'active', dosage: DOSE, ...more }) as MedicationStatement;
const OVER = ['completed', 'stopped', 'cancelled', 'entered-in-error', 'on-hold', 'unknown'] as const;

describe('how a medicine is taken', () => {
  it('is an instruction while it holds', () => {
    expect(howTaken(request({ dosageInstruction: DOSE }))).toBe('Take 1 tablet twice daily');
    expect(howTaken(request({}))).toBe('Take as your care team told you.');
    expect(howTaken(statement({}))).toBe('Take 1 tablet twice daily');
  });

  it.each(OVER)('is what was prescribed, or nothing, where the prescription is %s', (status) => {
    expect(howTaken(request({ status, dosageInstruction: DOSE }))).toBe(
      'Was prescribed: Take 1 tablet twice daily',
    );
    expect(howTaken(request({ status }))).toBe('');
  });

  it('is what was taken, of what is not taken any more', () => {
    const past = [
      statement({ status: 'stopped' }),
      statement({ status: 'completed' }),
      statement({ status: 'entered-in-error' }),
      statement({ effectivePeriod: { end: '2020-01-01' } }),
    ];
    expect(new Set(past.map(howTaken))).toEqual(new Set(['Was taken: Take 1 tablet twice daily']));
    const none: Partial<MedicationStatement> = { status: 'stopped', dosage: [] };
    expect(howTaken(statement(none))).toBe('');
  });

  it('is what will be taken, of what is planned or begins later, and nothing of what was not taken', () => {
    const later = [
      statement({ status: 'intended' }),
      statement({ effectivePeriod: { start: '2999-01-01' } }),
      statement({ effectivePeriod: { start: '2999' } }),
    ];
    expect(new Set(later.map(howTaken))).toEqual(new Set(['To be taken: Take 1 tablet twice daily']));
    expect(howTaken(statement({ status: 'intended', dosage: [] }))).toBe('');
    expect(howTaken(statement({ status: 'not-taken' }))).toBe('');
  });

  it('is nothing of what is not to be taken, which is said', () => {
    const barred = request({ doNotPerform: true, dosageInstruction: DOSE });
    expect(howTaken(barred)).toBe('');
    expect(stateWords(barred)).toBe('Not to be taken');
    expect(stateWords(request({ doNotPerform: true, statusReason: { text: 'Kidneys' } }))).toBe(
      'Not to be taken: Kidneys',
    );
    expect(stateWords(request({ doNotPerform: true, status: 'stopped' }))).toBe('Was not to be taken');
  });
});
