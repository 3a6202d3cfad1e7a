import type { CarePlan, Goal, Observation, Resource, ServiceRequest, Task } from '@medplum/fhirtypes';
import { validateResource } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { deviceDay } from '../../format/device-day.ts';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';
import { activitiesOf } from './activities.ts';
import { goalView, measuresOf, nowWords } from './goals.ts';
import { isOver, planView } from './plan.ts';
import { lastDays, tick, ticksOf } from './ticks.ts';
import { timingWords } from './timing.ts';

const fhir = { patient: 'ana', self: 'Patient/ana' } as Fhir;
const SUBJECT = { reference: 'Patient/ana' as const };
const WALK = {
  status: 'in-progress',
  description: 'Walk for 30 minutes',
  scheduledTiming: { repeat: { frequency: 5, period: 1, periodUnit: 'wk' } },
} as const;

const plan = (...activity: NonNullable<CarePlan['activity']>): CarePlan => ({
  resourceType: 'CarePlan',
  id: 'p',
  status: 'active',
  intent: 'plan',
  subject: SUBJECT,
  activity,
});
const only = (detail: object, id?: string) =>
  activitiesOf(plan({ ...(id ? { id } : {}), detail: detail as typeof WALK }), [])[0];

describe('an activity of a plan', () => {
  it('is ticked off by day where it recurs, once where it does not', () => {
    expect(only(WALK)).toMatchObject({ tick: 'days', schedule: '5 times a week', state: undefined });
    expect(only({ ...WALK, scheduledTiming: undefined, scheduledString: 'every evening' })?.tick).toBe(
      'days',
    );
    expect(only({ status: 'scheduled', description: 'Cooking course' })?.tick).toBe('once');
    expect(only({ ...WALK, scheduledTiming: { repeat: { count: 1 } } })?.tick).toBe('once');
  });

  it('is not the patient’s to tick off where somebody else does it, nobody should, or it is over', () => {
    const performer = [{ reference: 'Practitioner/p', display: 'Dr. Ruiz' }];
    expect(only({ ...WALK, performer })).toMatchObject({ tick: undefined, by: 'Dr. Ruiz' });
    expect(only({ ...WALK, performer: [...performer, SUBJECT] })?.tick).toBe('days');
    expect(only({ ...WALK, doNotPerform: true })).toMatchObject({ tick: undefined, isToAvoid: true });
    for (const status of ['completed', 'cancelled', 'stopped', 'on-hold'])
      expect(only({ ...WALK, status })?.tick).toBeUndefined();
    expect(only({ ...WALK, status: 'entered-in-error' })).toBeUndefined();
  });

  it('keeps its key when the clinic puts others before it, and has its element’s id where there is one', () => {
    const other = { detail: { status: 'in-progress', description: 'Swim' } } as const;
    const [first] = activitiesOf(plan({ detail: WALK }), []);
    const [, second] = activitiesOf(plan(other, { detail: { ...WALK, status: 'scheduled' } }), []);
    expect(second?.key).toBe(first?.key);
    expect(only(WALK, 'walk')?.key).toBe('walk');
    expect(only({ ...WALK, description: 'Walk for an hour' })?.key).not.toBe(first?.key);
  });

  it('that is a resource of its own has its name, its state and the way to it', () => {
    const [visit, unknown] = activitiesOf(
      plan({ reference: { reference: 'Appointment/a' } }, { reference: { display: 'Physiotherapy' } }),
      [
        {
          resourceType: 'Appointment',
          id: 'a',
          status: 'booked',
          description: 'Feet',
          start: '2026-12-03T10:00:00Z',
          participant: [],
        },
      ],
    );
    expect(visit).toMatchObject({ name: 'Feet', state: 'Booked', to: '/appointments', tick: undefined });
    expect(unknown).toMatchObject({ name: 'Physiotherapy', to: undefined });
  });

  it('that is a request of the clinic’s is ticked off where the patient, or who acts for them, is who does it', () => {
    const request = (more: object) => {
      const found = {
        resourceType: 'ServiceRequest',
        id: 's',
        status: 'active',
        intent: 'order',
        subject: SUBJECT,
        code: { text: 'Physiotherapy at home' },
        patientInstruction: 'Ten minutes each morning',
        performer: [SUBJECT],
        ...more,
      } as ServiceRequest;
      return activitiesOf(plan({ reference: { reference: 'ServiceRequest/s' } }), [found])[0];
    };
    const daily = { occurrenceTiming: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } };
    expect(request(daily)).toMatchObject({
      name: 'Physiotherapy at home',
      about: ['Ten minutes each morning'],
      schedule: 'once a day',
      tick: 'days',
      task: undefined,
    });
    expect(request({ performer: [{ reference: 'RelatedPerson/mum' }] })?.tick).toBe('once');
    const performer = [{ reference: 'Practitioner/p', display: 'Dr. Ruiz' }];
    expect(request({ performer })).toMatchObject({ tick: undefined, by: 'Dr. Ruiz' });
    expect(request({ performer: undefined })?.tick).toBeUndefined();
    expect(request({ doNotPerform: true })).toMatchObject({ tick: undefined, isToAvoid: true });
    for (const status of ['draft', 'on-hold', 'revoked', 'completed', 'unknown'])
      expect(request({ status })?.tick, status).toBeUndefined();
  });

  it('that is not to be done or taken says so, of whatever kind it is', () => {
    for (const resourceType of ['MedicationRequest', 'ServiceRequest', 'CommunicationRequest']) {
      const found = {
        resourceType,
        id: 'x',
        status: 'active',
        doNotPerform: true,
        subject: SUBJECT,
      } as never;
      const reference = { reference: `${resourceType}/x` } as never;
      expect(activitiesOf(plan({ reference }), [found])[0], resourceType).toMatchObject({
        isToAvoid: true,
        tick: undefined,
      });
    }
  });

  it('is not said to be left any more where the order to leave it was taken back', () => {
    for (const status of ['cancelled', 'stopped'])
      expect(only({ ...WALK, status, doNotPerform: true }), status).toMatchObject({
        isToAvoid: false,
        tick: undefined,
      });
    const states = { ServiceRequest: 'revoked', MedicationRequest: 'cancelled' };
    for (const [resourceType, status] of Object.entries(states)) {
      const found = { resourceType, id: 'x', status, doNotPerform: true } as never;
      const reference = { reference: `${resourceType}/x` } as never;
      expect(activitiesOf(plan({ reference }), [found])[0], resourceType).toMatchObject({ isToAvoid: false });
    }
  });

  it('that is a prescription is named by its medicine wherever that stands, else by the plan', () => {
    const named = (more: object) => {
      const found = { resourceType: 'MedicationRequest', id: 'x', status: 'active', ...more } as never;
      const reference = { reference: 'MedicationRequest/x', display: 'The tablet' };
      return activitiesOf(plan({ reference }), [found])[0]?.name;
    };
    const contained = [{ resourceType: 'Medication', id: 'm', code: { text: 'Warfarin' } }];
    expect(named({ contained, medicationReference: { reference: '#m' } })).toBe('Warfarin');
    expect(named({ medicationReference: { reference: 'Medication/m', display: 'Apixaban' } })).toBe(
      'Apixaban',
    );
    expect(named({ medicationCodeableConcept: { text: 'Losartan' } })).toBe('Losartan');
    expect(named({ medicationReference: { reference: 'Medication/m' } })).toBe('The tablet');
  });

  const asked = (more: object, self = 'Patient/ana') => {
    const task = {
      resourceType: 'Task',
      id: 't',
      status: 'requested',
      intent: 'order',
      description: 'Bring your inhaler',
      owner: SUBJECT,
      ...more,
    } as Task;
    return activitiesOf(plan({ reference: { reference: 'Task/t' } }), [task], self)[0];
  };

  it('that is a Task is finished by whom it was asked of, where it is done here', () => {
    expect(asked({})).toMatchObject({ name: 'Bring your inhaler', tick: 'once', task: { id: 't' } });
    expect(asked({}, 'RelatedPerson/mum')?.tick).toBe('once');
    const mum = { owner: { reference: 'RelatedPerson/mum', display: 'Mo Mum' } };
    expect(asked(mum, 'RelatedPerson/mum')).toMatchObject({ tick: 'once', by: undefined });
    expect(asked(mum)).toMatchObject({ tick: undefined, by: 'Mo Mum' });
    expect(asked({ owner: { reference: 'Practitioner/p' } })?.tick).toBeUndefined();
    expect(asked({ owner: undefined })?.tick).toBeUndefined();
    for (const status of ['completed', 'cancelled', 'rejected', 'failed', 'on-hold', 'draft'])
      expect(asked({ status })?.tick, status).toBeUndefined();
    expect(asked({ restriction: { repetitions: 5 } })).toMatchObject({ tick: 'days', task: undefined });
    expect(asked({ focus: { reference: 'Questionnaire/phq-9' } })).toMatchObject({
      tick: undefined,
      to: '/questionnaires/phq-9',
    });
  });

  it('that is a Task is completed when it is ticked off, also where that was done already', async () => {
    const sent: Resource[] = [];
    let status = 'requested';
    const server = {
      ...fhir,
      update: async (resource: Resource) => {
        if (status !== 'requested') throw new FhirFailure(412);
        sent.push(resource);
      },
      read: async () => ({ status }),
    } as unknown as Fhir;
    const activity = asked({});
    if (!activity) throw new Error('none');
    await tick(server, plan(), activity, '2026-11-27');
    expect(sent).toEqual([{ ...activity.task, status: 'completed' }]);
    status = 'completed';
    await tick(server, plan(), activity, '2026-11-27');
    status = 'cancelled';
    await expect(tick(server, plan(), activity, '2026-11-27')).rejects.toMatchObject({ status: 412 });
  });

  it('says when: by weekday, time of day, and once a year', () => {
    expect(timingWords({ repeat: { dayOfWeek: ['mon', 'thu'], timeOfDay: ['07:30:00'] } })).toBe(
      'Monday, Thursday, 7:30 AM',
    );
    expect(timingWords({ repeat: { frequency: 1, period: 1, periodUnit: 'a' } })).toBe('once a year');
    expect(timingWords({ code: { text: 'BID' } })).toBe('2 times a day');
    expect(timingWords({})).toBeUndefined();
  });
});

describe('a tick', () => {
  it('is a valid Observation based on the plan, stored once for a day, and only until it is undone', async () => {
    const sent: { resource: Observation; onlyIfNone: string | undefined }[] = [];
    const server = {
      ...fhir,
      create: async (resource: Observation, onlyIfNone?: string) => {
        sent.push({ resource, onlyIfNone });
      },
    } as unknown as Fhir;
    const given = plan({ id: 'walk', detail: WALK });
    const [walk] = activitiesOf(given, []);
    if (!walk) throw new Error('none');
    await tick(server, given, walk, '2026-11-27');
    const { resource, onlyIfNone } = sent[0] as (typeof sent)[number];
    expect(validateResource(resource)).toEqual([]);
    expect(resource).toMatchObject({
      basedOn: [{ reference: 'CarePlan/p' }],
      effectiveDateTime: '2026-11-27',
      valueBoolean: true,
    });
    expect(decodeURIComponent(onlyIfNone ?? '')).toBe(
      'identifier=urn:wellspring:plan-tick|p/walk/2026-11-27&status=final',
    );
    expect(ticksOf([resource], given, walk)).toHaveLength(1);
    expect(ticksOf([resource], { ...given, id: 'q' }, walk)).toEqual([]);
    expect(ticksOf([resource], given, { key: 'swim' })).toEqual([]);
  });

  it('is of the last seven days by the person’s own clock', () => {
    expect(lastDays('2026-03-02')).toEqual([
      '2026-02-24',
      '2026-02-25',
      '2026-02-26',
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
    expect(deviceDay(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});

describe('a goal', () => {
  const goal = (target: object, more: object = {}): Goal => ({
    resourceType: 'Goal',
    lifecycleStatus: 'active',
    description: { text: 'Blood pressure below 130' },
    subject: SUBJECT,
    target: [target],
    ...more,
  });
  const SYSTOLIC = { coding: [{ system: 'http://loinc.org', code: '8480-6' }] };
  const mmHg = (value: number) => ({ value, unit: 'mmHg', code: 'mm[Hg]' });
  const pressure = (upper: number, day: string, performer = 'Patient/ana'): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
    effectiveDateTime: day,
    performer: [{ reference: performer }] as NonNullable<Observation['performer']>,
    component: [{ code: SYSTOLIC, valueQuantity: mmHg(upper) }],
  });

  it('has where it stands now from a part of a result, in whichever order the values come', () => {
    const aim = goal({ measure: SYSTOLIC, detailQuantity: mmHg(130), dueDate: '2027-03-31' });
    expect(measuresOf(aim)).toEqual(['http://loinc.org|8480-6']);
    const { targets } = goalView(aim, [
      pressure(142, '2026-11-01', 'Practitioner/p'),
      pressure(127, '2026-11-20'),
    ]);
    const { words, due, now } = targets[0] as (typeof targets)[number];
    expect([words, due]).toEqual(['at most 130 mmHg', 'by Mar 31, 2027']);
    expect(now).toMatchObject({ value: 127, isMet: true, history: [142, 127], isFromHome: true });
    expect(now && nowWords(now)).toBe('Now 127 mmHg, measured at home on Nov 20, 2026.');
  });

  it('without a value, a measure or a number says what is known', () => {
    expect(goalView(goal({ detailString: 'Climb the stairs' }), []).targets).toEqual([
      { words: 'Climb the stairs', due: undefined, now: undefined },
    ]);
    expect(goalView(goal({}), []).targets).toEqual([]);
    const [unbounded] = goalView(goal({ measure: SYSTOLIC }), [pressure(127, '2026-11-20')]).targets;
    expect(unbounded?.now?.words).toBe('127 mmHg');
    expect(unbounded?.now?.isMet).toBeUndefined();
  });

  it('is not called met, or missed, by a value that does not say so', () => {
    const aim = goal({ measure: SYSTOLIC, detailQuantity: mmHg(130) });
    const above = (value: number): Observation => ({
      ...pressure(value, '2026-11-20'),
      component: [{ code: SYSTOLIC, valueQuantity: { ...mmHg(value), comparator: '>' } }],
    });
    expect(goalView(aim, [above(120)]).targets[0]?.now?.isMet).toBeUndefined();
    expect(goalView(aim, [above(130)]).targets[0]?.now?.isMet).toBe(false);
  });

  it('says how far it is by its achievement, else by its state', () => {
    const achievementStatus = { coding: [{ code: 'improving' }] };
    expect(goalView(goal({}, { achievementStatus }), []).state?.words).toBe('Getting better');
    expect(goalView(goal({}, { lifecycleStatus: 'on-hold' }), []).state?.words).toBe('On hold');
    expect(goalView(goal({}), []).state).toBeUndefined();
  });
});

describe('a plan', () => {
  it('is over when it was completed or its time has passed, and not on its last day', () => {
    const now = Date.parse('2026-11-28T12:00:00Z');
    expect(isOver(plan(), now)).toBe(false);
    expect(isOver({ ...plan(), period: { end: '2026-11-28' } }, now)).toBe(false);
    expect(isOver({ ...plan(), period: { end: '2026-11-26' } }, now)).toBe(true);
    expect(isOver({ ...plan(), status: 'completed' }, now)).toBe(true);
  });

  it('is called by its title, else by its category, never by the one that every plan has', () => {
    const assess = { coding: [{ code: 'assess-plan', display: 'Assessment and Plan of Treatment' }] };
    expect(planView({ ...plan(), category: [assess] }).title).toBe('Care plan');
    expect(planView({ ...plan(), category: [assess, { text: 'Diabetes' }] }).title).toBe('Diabetes');
    expect(planView({ ...plan(), title: 'Mine', category: [{ text: 'Diabetes' }] }).kinds).toEqual([
      'Diabetes',
    ]);
  });
});
