import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { dateOf } from '../../format/observation.ts';
import { reportDate } from './order.ts';
import { takenText } from './taken.ts';

const code = { text: 'Urine, 24 hours' };
const observation = (when: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code,
  ...when,
});

describe('when a result is of', () => {
  it('is the end of a time of which nothing else is known, of a report and of a value', () => {
    const end = '2026-11-02';
    const report: DiagnosticReport = { resourceType: 'DiagnosticReport', status: 'final', code };
    expect(reportDate({ ...report, effectivePeriod: { end } })).toBe(end);
    expect(reportDate({ ...report, effectivePeriod: { start: '2026-11-01', end } })).toBe('2026-11-01');
    expect(reportDate({ ...report, issued: '2026-11-03T08:00:00Z' })).toBe('2026-11-03T08:00:00Z');
    expect(dateOf(observation({ effectiveTiming: { repeat: { boundsPeriod: { end } } } }))).toBe(end);
    expect(takenText(observation({ effectivePeriod: { end } }))).toBe('Nov 2, 2026');
  });

  it('is how often it was taken where no date is known, and is not known where nothing says it', () => {
    const timed = (effectiveTiming: Observation['effectiveTiming']) =>
      takenText(observation(effectiveTiming ? { effectiveTiming } : {}));
    expect(timed({ code: { text: 'with each meal' } })).toBe('with each meal');
    expect(timed({ repeat: { frequency: 1, period: 4, periodUnit: 'h' } })).toBe('every 4 hours');
    expect(timed({ event: ['2026-11-02'], code: { text: 'twice' } })).toBe('Nov 2, 2026');
    expect(timed(undefined)).toBe('Time not recorded');
  });
});
