/** What the clinic has planned to measure is due by its own plan, and by nothing else. */
import type { CarePlan, Observation, ServiceRequest } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { measurementsDue, ofPlan, ofRequest, plannedQuery, type Result } from './planned.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const subject = { reference: 'Patient/p' } as const;
const potassium = { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' };
const request = (change: Partial<ServiceRequest>): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id: 'r',
  status: 'active',
  intent: 'order',
  code: potassium,
  subject,
  authoredOn: '2026-01-10',
  ...change,
});
const result = (date: string, change: Partial<Observation> = {}): Result => ({
  resourceType: 'Observation',
  status: 'final',
  code: potassium,
  subject,
  effectiveDateTime: date,
  ...change,
});
const quarterly = { repeat: { frequency: 1, period: 3, periodUnit: 'mo' as const } };
const at = (now: number, planned: ServiceRequest) => measurementsDue(ofRequest(planned), [], now);
const due = (planned: ServiceRequest, ...results: Result[]) =>
  measurementsDue(ofRequest(planned), results, NOW).map(({ from, last }) => [from, last]);

describe('what is to be measured again and again', () => {
  const planned = request({ occurrenceTiming: quarterly });

  it('is due when the last result is older than the plan says', () => {
    expect(due(planned, result('2026-08-01'), result('2026-05-01'))).toEqual([['2026-11-01', '2026-08-01']]);
    expect(due(planned, result('2026-09-15'))).toEqual([]);
  });

  it('is due from when it was asked for, where there is no result', () => {
    expect(due(planned)).toEqual([['2026-01-10', undefined]]);
    expect(due(planned, result('2026-09-15', { status: 'cancelled' }))).toHaveLength(1);
  });

  it('is not due before its plan begins, whatever was measured before it', () => {
    const boundsPeriod = { start: '2026-12-24' };
    const later = request({ occurrenceTiming: { repeat: { ...quarterly.repeat, boundsPeriod } } });
    expect(due(later, result('2025-01-01'))).toEqual([]);
  });

  it('is not due after the plan has ended', () => {
    const boundsPeriod = { start: '2026-01-10', end: '2026-06-30' };
    expect(due(request({ occurrenceTiming: { repeat: { ...quarterly.repeat, boundsPeriod } } }))).toEqual([]);
  });
});

describe('a day, by the clinic’s clock', () => {
  const [morning, evening] = ['2026-11-30T07:00:00Z', '2026-11-30T22:00:00Z'].map(Date.parse) as [
    number,
    number,
  ];

  it('has come from its beginning on, and is over at its end', () => {
    expect(at(morning, request({ occurrenceDateTime: '2026-11-30' }))).toHaveLength(1);
    expect(at(morning, request({ occurrenceDateTime: '2026-12-01' }))).toEqual([]);
    const until = (end: string) =>
      request({
        occurrenceTiming: { repeat: { ...quarterly.repeat, boundsPeriod: { start: '2026-01-10', end } } },
      });
    expect(at(evening, until('2026-11-30'))).toHaveLength(1);
    expect(at(evening, until('2026-11-29'))).toEqual([]);
  });
});

describe('what is to be measured on several days', () => {
  const planned = request({ occurrenceTiming: { event: ['2026-06-01', '2026-11-20', '2027-06-01'] } });

  it('is due on each, whatever the one before came to', () => {
    expect(due(planned, result('2026-06-02'))).toEqual([['2026-11-20', '2026-06-02']]);
    expect(due(planned, result('2026-06-02'), result('2026-11-21'))).toEqual([]);
  });
});

describe('what is to be measured once', () => {
  it('is due on its day, until there is a result since it was asked for', () => {
    const planned = request({ occurrenceDateTime: '2026-11-20' });
    expect(due(planned, result('2025-12-01'))).toEqual([['2026-11-20', '2025-12-01']]);
    expect(due(planned, result('2026-11-19'))).toEqual([]);
    expect(due(request({ occurrenceDateTime: '2026-12-20' }))).toEqual([]);
  });

  it('is done by a result that names the request, whatever its code', () => {
    const other = result('2026-11-21', { code: { text: 'K' }, basedOn: [{ reference: 'ServiceRequest/r' }] });
    expect(due(request({ occurrenceDateTime: '2026-11-20' }), other)).toEqual([]);
  });
});

it('what has no day, no code, is the patient’s to measure, or is not to be done is not said to be due', () => {
  for (const change of [
    {},
    { occurrenceDateTime: '2026-11-01', code: { text: 'Physiotherapy' } },
    { occurrenceDateTime: '2026-11-01', performer: [subject] },
    { occurrenceDateTime: '2026-11-01', doNotPerform: true },
    { occurrenceDateTime: '2026-11-01', intent: 'proposal' as const },
  ])
    expect(due(request(change))).toEqual([]);
});

it('an activity of a plan of care is due like a request, while it is to come', () => {
  const plan = (status: 'scheduled' | 'completed'): CarePlan => ({
    resourceType: 'CarePlan',
    id: 'c',
    status: 'active',
    intent: 'plan',
    subject,
    created: '2026-02-01',
    activity: [{ detail: { status, code: potassium, scheduledTiming: quarterly } }],
  });
  expect(measurementsDue(ofPlan(plan('scheduled')), [], NOW)).toMatchObject([
    { name: 'Potassium', from: '2026-02-01' },
  ]);
  expect(measurementsDue(ofPlan(plan('completed')), [], NOW)).toEqual([]);
});

describe('a long plan', () => {
  /** Answers what was asked for: `potassium` has a result of today. */
  const server = (requests: readonly ServiceRequest[], asked: string[][] = []): Fhir =>
    ({
      patient: 'p',
      batch: async (searches: string[]) => {
        asked.push(searches);
        return searches.map((each) => ({
          resources: each.startsWith('ServiceRequest?')
            ? requests
            : each.startsWith('Observation?') && each.includes('|done-')
              ? [result(new Date().toISOString(), { code: codeOf(/done-\d+/.exec(each)?.[0] ?? '') })]
              : [],
        }));
      },
    }) as unknown as Fhir;
  const codeOf = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }], text: code });
  const on = (day: string, name: string, count: number) =>
    Array.from({ length: count }, (_, i) =>
      request({ id: `${name}-${i}`, code: codeOf(`${name}-${i}`), occurrenceDateTime: day }),
    );
  const found = async (fhir: Fhir) => {
    const { queryFn } = plannedQuery(fhir) as unknown as { queryFn: () => Promise<{ name: string }[]> };
    return (await queryFn()).map(({ name }) => name);
  };

  it('is cut after what is due, not before: what is to come, or was done, takes nobody’s place', async () => {
    const asked: string[][] = [];
    const planned = [
      ...on('2999-01-01', 'to-come', 60),
      ...on('2026-02-01', 'done', 40),
      ...on('2026-01-15', 'due', 3),
    ];
    expect(await found(server(planned, asked))).toEqual(['due-0', 'due-1', 'due-2']);
    // Of what is to come nothing is asked.
    expect(asked.flat().filter((each) => each.includes('to-come'))).toEqual([]);
  });

  it('shows thirty, the longest due first', async () => {
    const names = await found(server([...on('2026-02-01', 'late', 35), ...on('2026-01-15', 'later', 2)]));
    expect([names.length, ...names.slice(0, 3)]).toEqual([30, 'later-0', 'later-1', 'late-0']);
  });
});
