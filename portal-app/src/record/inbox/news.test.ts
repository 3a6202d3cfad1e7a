import { expect, it } from 'vitest';
import type { Glance } from '../glance/queries.ts';
import { isNewOrder } from '../results/order.ts';
import { ordersOf } from '../results/orders.ts';
import { linesOf } from './lines.ts';
import { countAt, newOrders, newsOf, visitKey } from './news.ts';

const NOTHING: Glance = {
  patient: undefined,
  wantsContact: false,
  reports: undefined,
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
    ['task', '/questionnaires/phq'],
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

it('what a person handed in is no news to them, whatever the clinic did with it since', () => {
  const document = { resourceType: 'DocumentReference', status: 'current', date: '2026-11-19', content: [] };
  const documents = [
    { ...document, id: 'theirs', author: [{ reference: SELF }] },
    { ...document, id: 'of-a-relative', author: [{ reference: 'RelatedPerson/mum' }] },
    { ...document, id: 'of-the-clinic', author: [{ reference: 'Practitioner/ruiz' }] },
  ];
  const news = newsOf(glance({ documents }), SELF, always);
  expect(news.map(({ to }) => to)).toEqual(['/records/DocumentReference/of-the-clinic']);
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

/** Two reports of several lines, one without any, and what came without a report; vital signs too. */
const CAME = '2026-11-22T10:00:00Z';
const lines = ['a', 'b', 'c'].map((id) => result(id, CAME));
const report = (id: string, ...ids: string[]) => ({
  resourceType: 'DiagnosticReport',
  id,
  status: 'final',
  code: { text: `Report ${id}` },
  issued: CAME,
  result: ids.map((each) => ({ reference: `Observation/${each}` })),
});
const reports = {
  found: [report('blood', 'a', 'b'), report('urine', 'c'), report('x-ray')],
  included: lines,
};
const vital = {
  ...result('pulse', CAME),
  category: [{ coding: [{ code: 'vital-signs' }] }],
};
const loose = [result('d', CAME), result('e', CAME)];

it('results are counted as they were ordered: as many beside the page as are marked new on it, whatever was opened', () => {
  const every = ['a', 'b', 'c', 'd', 'e', 'blood', 'urine', 'x-ray'];
  const whole = <T>(found: T) => ({ found, hasMore: false });
  const observations = [...lines, ...loose, vital];
  const onPage = ordersOf(whole(reports.found as never[]), lines as never[], whole(observations as never[]));
  for (let seen = 0; seen < 2 ** every.length; seen += 1) {
    const isFresh = (key: string | undefined) => (seen & (1 << every.indexOf(key ?? ''))) === 0;
    const news = newsOf(glance({ reports, results: observations }), SELF, isFresh);
    const marked = onPage.filter((each) => isNewOrder(each, isFresh));
    expect(countAt(news, '/results')).toBe(marked.length);
  }
  const news = newsOf(glance({ reports, results: observations }), SELF, always);
  expect(news.map(({ title, to }) => [title, to])).toEqual([
    ['Report blood', '/reports/blood'],
    ['Report urine', '/reports/urine'],
    ['Report x-ray', '/reports/x-ray'],
    ['Test d, Test e', '/reports/of/d,e'],
  ]);
});

it('what a person is asked on the first page is counted with what there is to do', () => {
  const news = newsOf(glance({ wantsContact: true }), SELF, always);
  expect(news).toMatchObject([{ kind: 'task', to: '/profile' }]);
});

it('of results it is known which came, so that what is outside its range can be marked there', () => {
  const all = glance({
    results: [result('k', '2026-11-22T10:00:00Z'), result('old', '2026-11-20T10:00:00Z')],
    visits: [visit],
  });
  const orders = newOrders(all, always);
  expect(newsOf(all, SELF, always).map((each) => linesOf(orders, each).map(({ id }) => id))).toEqual([
    ['k'],
    [],
    ['old'],
  ]);
});
