import type { Task } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { answersOf, mondays } from './numbers.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-23T08:00:00Z');
const answered = (code: string, hours: number): Task => ({
  resourceType: 'Task',
  status: 'completed',
  intent: 'order',
  code: { coding: [{ system: 'urn:wellspring:task', code }] },
  authoredOn: new Date(START).toISOString(),
  lastModified: new Date(START + hours * HOUR).toISOString(),
});

describe('the numbers of a week', () => {
  it('say how many were answered, in time, and how long half of them took at most', () => {
    const tasks = [
      answered('message', 1),
      answered('message', 50),
      answered('result-release', 3),
      answered('result-release', 30),
    ];
    expect(answersOf(tasks)).toEqual({ answered: 4, inTime: 2, median: 3 * HOUR, released: 2 });
    expect(answersOf([])).toEqual({ answered: 0, inTime: 0, median: undefined, released: 0 });
    expect(answersOf([answered('message', 7)]).median).toBe(7 * HOUR);
  });

  it('are of weeks that begin on Monday, over the end of a year too', () => {
    expect(mondays(new Date(2027, 0, 3, 9).getTime(), 3)).toEqual(['2026-12-28', '2026-12-21', '2026-12-14']);
    expect(mondays(new Date(2026, 10, 30, 9).getTime(), 1)).toEqual(['2026-11-30']);
  });
});
