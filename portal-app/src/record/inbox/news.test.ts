import { expect, it } from 'vitest';
import type { Glance } from '../glance/queries.ts';
import { countAt, newsOf, visitKey } from './news.ts';

const NOTHING: Glance = {
  patient: undefined,
  appointments: [],
  visits: [],
  documents: [],
  results: [],
  messages: [],
  medications: [],
  dispenses: [],
  included: [],
  tasks: [],
  answered: [],
  goals: [],
};
const SELF = 'Patient/ana';
const always = () => true;
const glance = (parts: object): Glance => ({ ...NOTHING, ...parts });

const message = {
  resourceType: 'Communication',
  id: 'm',
  status: 'completed',
  sender: { reference: 'Practitioner/ruiz', display: 'Dr. Ruiz' },
  sent: '2026-11-20T10:00:00Z',
  payload: [{ contentString: 'Please call.' }],
};
const result = (id: string, issued: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: `Test ${id}` },
  issued,
  valueInteger: 1,
});
const visit = {
  resourceType: 'Appointment',
  id: 'v',
  status: 'booked',
  description: 'Check-up',
  start: '2026-12-03T15:20:00Z',
  meta: { versionId: '2', lastUpdated: '2026-11-21T10:00:00Z' },
  participant: [],
};

it('what there is to do comes first, then everything else, the newest first', () => {
  const news = newsOf(
    glance({
      messages: [message, { ...message, id: 'read', received: '2026-11-20T11:00:00Z' }],
      results: [result('a', '2026-11-22T10:00:00Z')],
      visits: [visit],
      documents: [
        { resourceType: 'DocumentReference', id: 'd', status: 'current', date: '2026-11-19', content: [] },
      ],
      tasks: [
        {
          resourceType: 'Task',
          id: 't',
          status: 'ready',
          intent: 'order',
          focus: { reference: 'Questionnaire/phq' },
        },
        { resourceType: 'Task', id: 'theirs', status: 'requested', intent: 'order' },
      ],
    }),
    SELF,
    always,
  );
  expect(news.map(({ kind, to }) => [kind, to])).toEqual([
    ['task', '/questionnaires/phq?task=t'],
    ['result', '/results/a'],
    ['visit', '/appointments'],
    ['message', '/messages'],
    ['document', '/records/DocumentReference/d'],
  ]);
  expect(
    ['/messages', '/results', '/appointments', '/records', '/inbox', '/'].map((each) => countAt(news, each)),
  ).toEqual([1, 1, 1, 1, 5, 0]);
});

it('one blood draw is one piece of news, until each of its results was opened', () => {
  const results = ['a', 'b', 'c', 'd', 'e'].map((id) => result(id, '2026-11-22T10:00:00Z'));
  const [news, ...more] = newsOf(glance({ results }), SELF, always);
  expect(more).toEqual([]);
  expect(news).toMatchObject({
    title: 'Test a, Test b, Test c',
    about: 'and 2 more',
    to: '/reports/of/a,b,c,d,e',
  });
  const left = newsOf(glance({ results }), SELF, (key) => key === 'e');
  expect(left).toMatchObject([{ title: 'Test e', to: '/results/e', keys: ['e'] }]);
});

it('a visit is news again when the clinic changes it, and never when the person did', () => {
  const seen = new Set([visitKey(visit as never)]);
  const isFresh = (key: string | undefined) => !seen.has(key ?? '');
  expect(newsOf(glance({ visits: [visit] }), SELF, isFresh)).toEqual([]);
  const cancelled = { ...visit, status: 'cancelled', meta: { ...visit.meta, versionId: '3' } };
  expect(newsOf(glance({ visits: [cancelled] }), SELF, isFresh)).toMatchObject([{ about: 'Cancelled' }]);
  const own = {
    ...cancelled,
    meta: { ...cancelled.meta, tag: [{ system: 'urn:wellspring:written-by', code: SELF }] },
  };
  expect(newsOf(glance({ visits: [own] }), SELF, isFresh)).toEqual([]);
});

it('an answer says what was decided and why', () => {
  const answered = [
    {
      resourceType: 'Task',
      id: 'r',
      status: 'rejected',
      intent: 'order',
      description: 'Refill request',
      focus: { reference: 'MedicationRequest/x', display: 'Lisinopril' },
      statusReason: { text: 'See us first.' },
    },
  ];
  expect(newsOf(glance({ answered }), SELF, always)).toMatchObject([
    { title: 'Refill request · Lisinopril', about: 'Declined: See us first.', to: '/medications' },
  ]);
});
