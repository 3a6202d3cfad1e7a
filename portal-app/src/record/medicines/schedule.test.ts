import type { MedicationRequest, Timing } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { scheduleOf } from './schedule.ts';

const request = (id: string, repeat: Timing['repeat'], more: object = {}): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/ana' },
  dosageInstruction: [{ ...(repeat ? { timing: { repeat } } : {}), ...more }],
});
const ids = (list: readonly MedicationRequest[]) => list.map(({ id }) => id);

describe('the day’s medicines', () => {
  it('stand at the times that the prescription sets', () => {
    const { at } = scheduleOf([
      request('twice', { frequency: 2, period: 1, periodUnit: 'd', when: ['PCM', 'PCV'] }),
      request('night', { frequency: 1, period: 1, periodUnit: 'd', when: ['HS'] }),
    ]);
    expect([ids(at.morning), ids(at.midday), ids(at.evening), ids(at.bedtime)]).toEqual([
      ['twice'],
      [],
      ['twice'],
      ['night'],
    ]);
  });

  it('have no time made up for them', () => {
    const schedule = scheduleOf([
      request('once', { frequency: 1, period: 1, periodUnit: 'd' }),
      request('weekly', { frequency: 1, period: 1, periodUnit: 'wk', when: ['MORN'] }),
      request('odd', { when: ['MORN', 'AFT'] }),
      request('text', undefined),
    ]);
    expect(ids(schedule.otherwise)).toEqual(['once', 'weekly', 'odd', 'text']);
    expect(ids(schedule.at.morning)).toEqual([]);
  });

  it('stand at no time before they begin, or when they are over; of several steps, at that of today', () => {
    const morning = (boundsPeriod: object) => ({ frequency: 1, when: ['MORN'] as ['MORN'], boundsPeriod });
    const past = morning({ start: '2021-01-01', end: '2021-01-08' });
    const now = { ...morning({ start: '2021-01-09' }), when: ['HS'] as ['HS'] };
    const steps = {
      ...request('steps', past),
      dosageInstruction: [past, now].map((repeat) => ({ timing: { repeat } })),
    };
    const { at, otherwise } = scheduleOf([
      request('over', past),
      request('later', morning({ start: '2099-02-01' })),
      request('long', morning({ start: '2021-01-01' })),
      steps,
    ]);
    expect(ids(otherwise)).toEqual(['over', 'later']);
    expect([ids(at.morning), ids(at.bedtime)]).toEqual([['long'], ['steps']]);
  });

  it('are apart when they are taken only as needed', () => {
    const schedule = scheduleOf([request('pain', { when: ['MORN'] }, { asNeededBoolean: true })]);
    expect(ids(schedule.asNeeded)).toEqual(['pain']);
    expect(ids(schedule.at.morning)).toEqual([]);
  });
});
