/** Work that comes back at a day, and several Tasks changed at once: what is sent, and what becomes of what somebody else touched. */
import type { Task } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { type Change, type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { decided, takenBack } from './decide.ts';
import { bringBack, canBePutOff, daysOffered, isPutOff, putOffOf } from './put-off.ts';
import { changeSeveral } from './several.ts';

beforeAll(() => setZoneOfClinic('America/New_York'));

const me = { reference: 'Practitioner/nina', display: 'Nina' } as const;
const omar = { reference: 'Practitioner/omar', display: 'Omar' } as const;
const NOPAT = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };
const task = (change: Partial<Task> = {}): Task => ({
  resourceType: 'Task',
  id: 't',
  meta: { versionId: '3', security: [NOPAT] },
  status: 'requested',
  intent: 'order',
  code: { coding: [{ system: 'urn:wellspring:task', code: 'message' }] },
  ...change,
});
const putting = { by: me, day: '2026-12-03', note: '' } as const;

describe('work that is put off', () => {
  it('is on hold until the morning of that day at the clinic, for the pool, for whoever has it, or for oneself', () => {
    const held = putOffOf(task({ owner: omar }), { ...putting, forWhom: 'pool', note: 'No answer yet' });
    expect(held).toMatchObject({
      status: 'on-hold',
      executionPeriod: { start: '2026-12-03T13:00:00.000Z', end: '2026-12-03T13:00:00.000Z' },
      note: [{ text: 'No answer yet', authorReference: me }],
    });
    expect(held).not.toHaveProperty('owner');
    expect(isPutOff(held)).toBe(true);
    expect(putOffOf(task({ owner: omar }), { ...putting, forWhom: 'same' }).owner).toEqual(omar);
    expect(putOffOf(task(), { ...putting, forWhom: 'same' })).not.toHaveProperty('owner');
    expect(putOffOf(task({ owner: omar }), { ...putting, forWhom: 'me' }).owner).toEqual(me);
  });

  it('tells the patient nothing of what colleagues note', () => {
    const own = task({ meta: { versionId: '3' } });
    expect(putOffOf(own, { ...putting, forWhom: 'pool', note: 'Is she honest?' })).not.toHaveProperty('note');
  });

  it('comes back as it was, by whoever had it', async () => {
    const sent: Change[] = [];
    const fhir = {
      transact: async (changes: readonly Change[]) => void sent.push(...changes),
    } as unknown as FhirApi;
    const before = task({ owner: omar, status: 'received' });
    const held = putOffOf(before, { ...putting, forWhom: 'same' });
    await bringBack(fhir, held, 'x');
    const back = sent[0]?.resource as Task;
    expect(back).toMatchObject({ status: 'received', owner: omar });
    for (const name of ['businessStatus', 'executionPeriod']) {
      expect(back).not.toHaveProperty(name);
      expect(takenBack(held, before)).not.toHaveProperty(name);
    }
    expect(isPutOff(takenBack(back, held))).toBe(true);
  });

  it('is none that frightens, is over, or waits for its day already', () => {
    const alarm = { coding: [{ system: 'urn:wellspring:task', code: 'questionnaire-alarm' }] };
    expect(canBePutOff(task())).toBe(true);
    expect(canBePutOff(task({ code: alarm }))).toBe(false);
    expect(canBePutOff(task({ status: 'completed' }))).toBe(false);
    expect(canBePutOff(task({ status: 'on-hold' }))).toBe(false);
  });

  it('is offered days that come, by the clinic’s calendar, and weeks that end on no weekend', () => {
    // A Sunday evening in New York is a Monday in London.
    expect(daysOffered(Date.parse('2026-11-30T01:00:00Z'))).toEqual([
      '2026-11-30',
      '2026-12-01',
      '2026-12-07',
      '2026-12-14',
    ]);
    expect(daysOffered(Date.parse('2026-12-02T15:00:00Z'))).toEqual([
      '2026-12-03',
      '2026-12-04',
      '2026-12-07',
      '2026-12-09',
      '2026-12-16',
    ]);
  });
});

describe('several at once', () => {
  /** Refuses what is not of the version that is stored. `lost`: it stores, and its answer does not arrive. */
  function server(stored: Map<string, Task>, { lost = false } = {}) {
    const asked: number[] = [];
    const fhir = {
      async search(_: string, { _id = '' }: Record<string, string>) {
        const ids = _id.split(',');
        return { resources: [...stored.values()].filter(({ id }) => ids.includes(id ?? '')) };
      },
      async transact(changes: readonly Change[]) {
        asked.push(changes.length);
        const tasks = changes.map(({ resource }) => resource as Task);
        if (tasks.some(({ id, meta }) => stored.get(id ?? '')?.meta?.versionId !== meta?.versionId))
          throw new FhirFailure(412);
        for (const each of tasks)
          stored.set(each.id ?? '', { ...each, meta: { ...each.meta, versionId: `${each.id}+` } });
        if (lost && asked.length === 1) throw new FhirFailure(0);
      },
    } as unknown as FhirApi;
    return { fhir, asked };
  }
  const three = (): Map<string, Task> => new Map(['a', 'b', 'c'].map((id) => [id, task({ id })]));
  const finish = (each: Task): Task => decided(each, me, { status: 'completed' });

  it('are one transaction; what somebody touched meanwhile is left to them', async () => {
    const stored = three();
    const seen = [...stored.values()];
    stored.set('b', task({ id: 'b', meta: { versionId: '4' }, owner: omar }));
    const { fhir, asked } = server(stored);
    const before = await changeSeveral(fhir, seen, finish, 'x');
    expect(asked).toEqual([3, 2]);
    expect(before.map(({ id }) => id)).toEqual(['a', 'c']);
    expect([...stored.values()].map(({ status }) => status)).toEqual(['completed', 'requested', 'completed']);
    expect(stored.get('b')?.owner).toEqual(omar);
  });

  it('are changed once, although the answer was lost', async () => {
    const stored = three();
    const seen = [...stored.values()];
    const { fhir } = server(stored, { lost: true });
    await expect(changeSeveral(fhir, seen, finish, 'x')).rejects.toThrow(FhirFailure);
    expect((await changeSeveral(fhir, seen, finish, 'x')).length).toBe(3);
    expect([...stored.values()].every((each) => each.meta?.versionId?.endsWith('+'))).toBe(true);
  });
});
