/** A visit request answered: with a free time, or at a time that is on no schedule. */
import type { Appointment, Schedule, Slot, Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayLater, setZoneOfClinic, today } from '../../format/clinic-clock.ts';
import type { Change, FhirApi } from '../../smart/fhir.ts';
import { bookAt, bookRequest, type FreeTime, freeTimesQuery, putOnList, whoAndWhere } from './visit.ts';

beforeAll(() => setZoneOfClinic('UTC'));
afterAll(() => setZoneOfClinic(undefined));

const visit: Appointment = {
  resourceType: 'Appointment',
  id: 'asked',
  meta: { versionId: '2' },
  status: 'proposed',
  description: 'Knee',
  participant: [
    { actor: { reference: 'Patient/a' }, status: 'accepted' },
    { actor: { reference: 'Practitioner/ruiz' }, status: 'needs-action' },
  ],
};

const task: Task = { resourceType: 'Task', id: 't', status: 'requested', intent: 'order' };

const free = (id: string, on: string): Slot => ({
  resourceType: 'Slot',
  id,
  status: 'free',
  schedule: { reference: 'Schedule/s' },
  start: `${on}T15:00:00Z`,
  end: `${on}T15:20:00Z`,
});

const byVideo = {
  url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService',
  extension: [{ url: 'addressUrl', valueUrl: 'https://video.example/room' }],
};

it('is booked at a time that is on no schedule, in one step with the request, and takes no slot', async () => {
  const sent: (readonly Change[])[] = [];
  const fhir = {
    transact: async (changes: readonly Change[]) => void sent.push(changes),
  } as unknown as FhirApi;
  const start = Date.parse('2099-03-02T18:30:00Z');
  const by = { reference: 'Practitioner/nina' } as const;
  await bookAt(fhir, task, { by, visit, start, minutes: 40, identity: 'x' });
  expect(sent).toHaveLength(1);
  expect(sent[0]?.map(({ resource }) => resource)).toMatchObject([
    {
      id: 'asked',
      meta: { versionId: '2' },
      status: 'booked',
      start: '2099-03-02T18:30:00.000Z',
      end: '2099-03-02T19:10:00.000Z',
      minutesDuration: 40,
      participant: [{ status: 'accepted' }, { status: 'accepted' }],
    },
    { resourceType: 'Task', status: 'completed', owner: by },
  ]);
  expect(sent[0]?.[0]?.resource).not.toHaveProperty('slot');
});

it('in a time by video is at no place and has the way to the meeting; with whom else it was asked for, it is not', async () => {
  const sent: (readonly Change[])[] = [];
  const fhir = {
    transact: async (changes: readonly Change[]) => void sent.push(changes),
  } as unknown as FhirApi;
  const actor = [{ reference: 'Practitioner/osei' }, { reference: 'Location/hill' }];
  const schedule: Schedule = { resourceType: 'Schedule', id: 's', actor };
  const book = async (slot: Slot): Promise<Appointment> => {
    const asked = [...visit.participant, { actor: { reference: 'PractitionerRole/r' }, status: 'accepted' }];
    const of = { ...visit, extension: [{ url: 'urn:kept' }, { ...byVideo, id: 'old' }], participant: asked };
    await bookRequest(fhir, task, {
      by: { reference: 'Practitioner/nina' },
      visit: of as Appointment,
      time: { slot, schedule },
      identity: 'x',
    });
    return sent.at(-1)?.[0]?.resource as Appointment;
  };
  const people = ({ participant }: Appointment) => participant.map(({ actor }) => actor?.reference);
  const virtual = await book({ ...free('v', '2099-03-02'), extension: [byVideo] });
  expect(virtual.extension).toEqual([{ url: 'urn:kept' }, byVideo]);
  expect(people(virtual)).toEqual(['Patient/a', 'Practitioner/osei']);
  const there = await book(free('s', '2099-03-02'));
  expect(there.extension).toEqual([{ url: 'urn:kept' }]);
  expect(people(there)).toEqual(['Patient/a', 'Practitioner/osei', 'Location/hill']);
});

it('is offered what the server finds of whom was asked for, and nothing that only says it is free', async () => {
  const day = dayLater(today(), 7);
  const schedule: Schedule = { resourceType: 'Schedule', id: 's', actor: [] };
  const slots = [free('elsewhere', day), free('found', day)];
  const asked: URLSearchParams[] = [];
  const fhir = (found: readonly string[]) =>
    ({
      search: async (_: string, { _id }: Record<string, string>) => ({
        resources: slots.filter(({ id }) => _id?.split(',').includes(id as string)),
        included: [schedule],
      }),
      offers: () => true,
      batch: async ([address]: readonly string[]) => {
        asked.push(new URLSearchParams(address?.split('?')[1]));
        const times = found.map((id) => ({ ...visit, slot: [{ reference: `Slot/${id}` }] }));
        return [{ resources: times }];
      },
    }) as unknown as FhirApi;
  const times = async (found: readonly string[]): Promise<readonly FreeTime[]> => {
    const { queryFn } = freeTimesQuery(fhir(found), visit, { day, anybody: false });
    return (queryFn as unknown as () => Promise<readonly FreeTime[]>)();
  };
  expect(await times(['found'])).toEqual([{ slot: slots[1], schedule }]);
  expect(await times([])).toEqual([]);
  expect([asked[0]?.get('practitioner'), asked[0]?.get('start')?.slice(0, 10)]).toEqual([
    'Practitioner/ruiz',
    day,
  ]);
});

it('a free time says with whom and where it is: one person has times at two places', () => {
  const actor = (reference: string, display?: string) => ({ reference, ...(display ? { display } : {}) });
  const at = (...actors: Schedule['actor']): Schedule => ({ resourceType: 'Schedule', actor: actors });
  const osei = actor('Practitioner/osei', 'Dr. Osei');
  const nurse = actor('HealthcareService/nurse', 'Nurse visits');
  const slot = free('s', '2099-03-02');
  const hill = at(actor('Location/hill', 'Hill Street'), osei, nurse);
  expect(whoAndWhere(hill, slot)).toBe('Dr. Osei · Hill Street');
  expect(whoAndWhere(hill, { ...slot, extension: [byVideo] })).toBe('Dr. Osei · By video');
  expect(whoAndWhere(at(osei, actor('Location/x')), slot)).toBe('Dr. Osei');
  expect(whoAndWhere(undefined, slot)).toBe('');
});

describe('on the waiting list', () => {
  const put = async (from: string, until: string): Promise<readonly Change[]> => {
    const sent: Change[] = [];
    const fhir = {
      transact: async (changes: readonly Change[]) => void sent.push(...changes),
    } as unknown as FhirApi;
    const by = { reference: 'Practitioner/nina' } as const;
    await putOnList(fhir, task, { by, visit, wish: { from, until, anybody: false }, identity: 'x' });
    return sent;
  };
  it.each([
    ['days that are over', '2020-01-01', '2020-02-01', 'a day that is to come'],
    ['a last day before the first', dayLater(today(), 9), dayLater(today(), 1), 'before the first'],
  ])('nobody waits for %s', async (_, from, until, words) => {
    await expect(put(from, until)).rejects.toMatchObject({
      fields: { 'wait-t-until': expect.stringContaining(words) },
    });
  });
  it.each([today(), dayLater(today(), 3), ''])('somebody waits until “%s”', async (until) => {
    expect(await put('2020-01-01', until)).toMatchObject([
      { resource: { status: 'waitlist', requestedPeriod: [{ start: '2020-01-01' }] } },
      {},
    ]);
  });
});
