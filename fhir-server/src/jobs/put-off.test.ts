/** What was put off: a result is hidden until its day, then there, once, whoever else looks at the same time; other work is back in the queue. */
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { useEmbeddedStore } from '../../test/embedded-store.ts';
import { NOT_FOR_PATIENTS } from '../access/labels.ts';
import { ownersOf } from '../access/owner-table.ts';
import { type ResourceJson, resourceText } from '../repository/text/resource-text.ts';
import { indexEntries } from '../search/index-entries.ts';
import type { ResourceStore } from '../store/store.ts';
import { createPutOff } from './put-off.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  ({ store } = opened);
});

const DUE = Date.parse('2026-12-01T08:00:00Z');
const put = (resource: ResourceJson) => {
  const { resourceType: type, id = '' } = resource;
  const entries = indexEntries(resource, ownersOf(resource));
  return store.transact([{ kind: 'update', type, id, text: resourceText(resource, id), entries }]);
};
const get = async (type: string, id: string) =>
  JSON.parse((await store.read(type, id, { kind: 'all' }))?.body ?? '{}');
const R = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const kept = { security: [R, NOT_FOR_PATIENTS] };
const subject = { reference: 'Patient/a' };
const at = (now: number) =>
  createPutOff({ store, everyMs: 1e6, now: () => now, log: pino({ level: 'silent' }) });

it('results are seen when their day has come, with the members of their panels; no number changes its digits', async () => {
  await put({
    resourceType: 'Observation',
    id: 'member',
    meta: kept,
    status: 'final',
    code: {},
    subject,
    valueQuantity: { value: 1 },
  });
  await put({
    resourceType: 'Observation',
    id: 'panel',
    meta: kept,
    status: 'final',
    code: {},
    subject,
    hasMember: [{ reference: 'Observation/member' }, { reference: 'Observation/panel' }],
  });
  await put({
    resourceType: 'DiagnosticReport',
    id: 'r',
    meta: kept,
    status: 'final',
    code: {},
    subject,
    result: [{ reference: 'Observation/panel' }, { reference: 'Observation/gone' }],
  });
  const start = new Date(DUE).toISOString();
  await put({
    resourceType: 'Task',
    id: 't',
    meta: kept,
    status: 'on-hold',
    intent: 'order',
    code: { coding: [{ system: 'urn:wellspring:task', code: 'result-release' }] },
    focus: { reference: 'DiagnosticReport/r' },
    for: subject,
    executionPeriod: { start, end: start },
  });
  expect(await at(DUE - 1000).run()).toBe(0);
  expect((await get('DiagnosticReport', 'r')).meta.security).toEqual(kept.security);
  // Two servers at the same moment: one does it.
  const done = await Promise.all([at(DUE + 1000).run(), at(DUE + 1000).run()]);
  expect(done.reduce((sum, each) => sum + each)).toBe(1);
  for (const [type, id] of [
    ['DiagnosticReport', 'r'],
    ['Observation', 'panel'],
    ['Observation', 'member'],
  ] as const)
    expect((await get(type, id)).meta.security, id).toEqual([R]);
  expect(await get('DiagnosticReport', 'r')).toMatchObject({ issued: new Date(DUE + 1000).toISOString() });
  expect(await get('Task', 't')).toMatchObject({ status: 'completed', meta: { security: kept.security } });
  expect(await at(DUE + 5000).run()).toBe(0);
});

const WORK = { system: 'urn:wellspring:task', code: 'message' };
const PUT_OFF = { coding: [{ system: 'urn:wellspring:work-state', code: 'put-off' }] };
const work = (id: string, start: number, change: object = {}): ResourceJson => ({
  resourceType: 'Task',
  id,
  meta: kept,
  status: 'on-hold',
  intent: 'order',
  code: { coding: [WORK] },
  for: subject,
  businessStatus: PUT_OFF,
  executionPeriod: { start: new Date(start).toISOString(), end: new Date(start).toISOString() },
  ...change,
});

it('work is back in the queue when its day has come, for whoever it waited for, and not before; a result put off so is not released by it', async () => {
  const owner = { reference: 'Practitioner/nina' };
  await put(work('of-pool', DUE));
  await put(work('of-nina', DUE, { owner }));
  await put(work('result', DUE, { code: { coding: [{ ...WORK, code: 'result-release' }] } }));
  await put(work('later', DUE + 60_000));
  // Held by another system for a reason of its own.
  await put(work('held', DUE, { businessStatus: { text: 'Pharmacy asked' } }));
  expect(await at(DUE - 1000).run()).toBe(0);
  expect(await at(DUE + 1000).run()).toBe(3);
  const back = { status: 'requested', lastModified: new Date(DUE + 1000).toISOString() };
  for (const [id, expected] of [
    ['of-pool', back],
    ['of-nina', { ...back, status: 'received', owner }],
    ['result', back],
  ] as const) {
    const task = await get('Task', id);
    expect(task, id).toMatchObject({ ...expected, meta: { security: kept.security } });
    expect(Object.keys(task)).not.toEqual(expect.arrayContaining(['businessStatus']));
    expect(Object.keys(task)).not.toEqual(expect.arrayContaining(['executionPeriod']));
  }
  for (const id of ['later', 'held']) expect((await get('Task', id)).status, id).toBe('on-hold');
});
