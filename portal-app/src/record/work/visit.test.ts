/** A visit request answered: with a free time, or at a time that is on no schedule. */
import type { Appointment, HealthcareService, Schedule, Slot, Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayLater, setZoneOfClinic, today } from '../../format/clinic-clock.ts';
import type { Change, FhirApi } from '../../smart/fhir.ts';
import { bookAt, type FreeTime, freeTimesQuery, whoAndWhere } from './visit.ts';

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

it('is booked at a time that is on no schedule, in one step with the request, and takes no slot', async () => {
  const sent: (readonly Change[])[] = [];
  const fhir = {
    transact: async (changes: readonly Change[]) => void sent.push(changes),
  } as unknown as FhirApi;
  const task: Task = { resourceType: 'Task', id: 't', status: 'requested', intent: 'order' };
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

it('is offered no time at which the clinic is closed', async () => {
  const [day, next] = [dayLater(today(), 7), dayLater(today(), 8)];
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    id: 'knees',
    notAvailable: [{ description: 'Feast', during: { start: day, end: day } }],
  };
  const schedule: Schedule = {
    resourceType: 'Schedule',
    id: 's',
    actor: [{ reference: 'HealthcareService/knees' }],
  };
  const slot = (id: string, on: string): Slot => ({
    resourceType: 'Slot',
    id,
    status: 'free',
    schedule: { reference: 'Schedule/s' },
    start: `${on}T15:00:00Z`,
    end: `${on}T15:20:00Z`,
  });
  const fhir = {
    search: async () => ({ resources: [slot('feast', day), slot('after', next)], included: [schedule] }),
    batch: async (searches: readonly string[]) =>
      searches.map((each) => ({ resources: each === 'HealthcareService?_id=knees' ? [service] : [] })),
  } as unknown as FhirApi;
  const { queryFn } = freeTimesQuery(fhir, visit, { day, anybody: false });
  const times = await (queryFn as unknown as () => Promise<readonly FreeTime[]>)();
  expect(times.map((each) => each.slot.id)).toEqual(['after']);
});

it('a free time says with whom and where it is: one person has times at two places', () => {
  const actor = (reference: string, display?: string) => ({ reference, ...(display ? { display } : {}) });
  const at = (...actors: Schedule['actor']): Schedule => ({ resourceType: 'Schedule', actor: actors });
  const osei = actor('Practitioner/osei', 'Dr. Osei');
  const nurse = actor('HealthcareService/nurse', 'Nurse visits');
  expect(whoAndWhere(at(actor('Location/hill', 'Hill Street'), osei, nurse))).toBe('Dr. Osei · Hill Street');
  expect(whoAndWhere(at(osei, actor('Location/x')))).toBe('Dr. Osei');
  expect(whoAndWhere(undefined)).toBe('');
});
