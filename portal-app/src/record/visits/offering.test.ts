import type { Appointment, Schedule } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { byDay, byPartOfDay } from './booking.ts';
import { ASPECTS, choicesOf, likeVisit, offeringsOf, suiting, type Wanted } from './offering.ts';

const schedule = (id: string, who: string, care: string, place: string): Schedule => ({
  resourceType: 'Schedule',
  id,
  actor: [
    { reference: `Practitioner/${who}`, display: `Dr. ${who}` },
    { reference: `HealthcareService/${care}`, display: `Care: ${care}` },
    { reference: `Location/${place}`, display: `At ${place}` },
  ],
});
const offerings = offeringsOf([
  schedule('1', 'osei', 'primary', 'hill'),
  schedule('2', 'osei', 'primary', 'river'),
  schedule('3', 'ruiz', 'heart', 'hill'),
  {
    resourceType: 'Schedule',
    id: '4',
    actor: [{ display: 'Flu clinic' }],
    serviceType: [{ text: 'Vaccines' }],
  },
  { ...schedule('5', 'gone', 'primary', 'hill'), active: false },
]);
const ANYTHING: Wanted = { reason: 'new', care: '', mode: '', place: '', who: '', from: '' };
const schedules = (wanted: Partial<Wanted>) =>
  suiting(offerings, { ...ANYTHING, ...wanted }).map((each) => each.schedule);
const names = (wanted: Partial<Wanted>, aspect: (typeof ASPECTS)[number]) =>
  choicesOf(offerings, { ...ANYTHING, ...wanted }, aspect).map(({ name }) => name);

describe('what can be booked', () => {
  it('is every active schedule, by who, what and where', () => {
    expect(schedules({})).toEqual(['Schedule/1', 'Schedule/2', 'Schedule/3', 'Schedule/4']);
    expect(schedules({ who: 'osei', place: 'river' })).toEqual(['Schedule/2']);
    expect(schedules({ care: 'Vaccines' })).toEqual(['Schedule/4']);
    expect(schedules({ care: 'heart', who: 'osei' })).toEqual([]);
  });

  it('is of a person by whichever role the schedule names, and of nobody who is gone', () => {
    const role = (id: string, more: object = {}) => ({
      resourceType: 'PractitionerRole' as const,
      id,
      practitioner: { reference: 'Practitioner/osei', display: 'Dr. osei' } as const,
      ...more,
    });
    const by = (id: string, ...actors: string[]): Schedule => ({
      resourceType: 'Schedule',
      id,
      actor: actors.map((reference) => ({ reference })) as Schedule['actor'],
    });
    const found = offeringsOf(
      [
        by('6', 'PractitionerRole/heart'),
        by('7', 'PractitionerRole/over'),
        by('8', 'PractitionerRole/past'),
        by('9', 'Practitioner/left'),
        by('10', 'HealthcareService/given-up'),
        schedule('1', 'osei', 'primary', 'hill'),
      ],
      [
        role('heart'),
        role('over', { active: false }),
        role('past', { period: { end: '2020-01-01' } }),
        { resourceType: 'Practitioner', id: 'left', active: false },
        { resourceType: 'HealthcareService', id: 'given-up', active: false },
      ],
    );
    expect(found.map((each) => [each.schedule, each.who])).toEqual([
      ['Schedule/6', { key: 'osei', name: 'Dr. osei' }],
      ['Schedule/1', { key: 'osei', name: 'Dr. osei' }],
    ]);
    const visit: Appointment = {
      resourceType: 'Appointment',
      status: 'booked',
      participant: [{ actor: { reference: 'PractitionerRole/heart' }, status: 'accepted' }],
    };
    expect(likeVisit(visit, found).who).toBe('osei');
  });

  it('by video or telephone is at no place', () => {
    expect(schedules({ who: 'osei', place: 'river', mode: 'video' })).toEqual(['Schedule/1', 'Schedule/2']);
    expect(schedules({ who: 'osei', place: 'river', mode: 'in-person' })).toEqual(['Schedule/2']);
  });

  it('offers of each aspect what goes with the others, once', () => {
    expect(names({}, 'who')).toEqual(['Dr. osei', 'Dr. ruiz']);
    expect(names({ care: 'heart' }, 'who')).toEqual(['Dr. ruiz']);
    expect(names({ care: 'heart', who: 'ruiz' }, 'care')).toEqual(['Care: heart']);
    expect(names({ who: 'ruiz' }, 'place')).toEqual(['At hill']);
  });

  it('never leads to nothing by one choice from what is offered', () => {
    const key = fc.constantFrom(
      '',
      'osei',
      'ruiz',
      'primary',
      'heart',
      'hill',
      'river',
      'Vaccines',
      'nobody',
    );
    fc.assert(
      fc.property(key, key, key, fc.constantFrom(...ASPECTS), (care, place, who, aspect) => {
        const wanted = { ...ANYTHING, care, place, who };
        for (const choice of choicesOf(offerings, wanted, aspect))
          expect(suiting(offerings, { ...wanted, [aspect]: choice.key })).not.toEqual([]);
      }),
    );
  });

  it('is looked for as the visit was that is moved', () => {
    const visit: Appointment = {
      resourceType: 'Appointment',
      status: 'booked',
      appointmentType: { coding: [{ code: 'FOLLOWUP' }] },
      extension: [
        {
          url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService',
          extension: [],
        },
      ],
      participant: [
        { actor: { reference: 'Practitioner/nobody' }, status: 'accepted' },
        { actor: { reference: 'Practitioner/ruiz' }, status: 'accepted' },
      ],
    };
    expect(likeVisit(visit, offerings)).toEqual({ reason: 'followup', who: 'ruiz', mode: 'video' });
  });
});

describe('free times', () => {
  beforeAll(() => setZoneOfClinic('America/New_York'));
  afterAll(() => setZoneOfClinic(undefined));
  const at = (start: string): Appointment => ({
    resourceType: 'Appointment',
    status: 'proposed',
    start,
    participant: [],
  });

  it('are of the day and the part of the day that the clinic’s clock shows', () => {
    const times = [
      '2026-12-01T04:30:00Z',
      '2026-12-01T05:00:00Z',
      '2026-12-01T17:00:00Z',
      '2026-12-01T22:00:00Z',
    ].map(at);
    expect([...byDay(times)].map(([day, of]) => [day, of.length])).toEqual([
      ['2026-11-30', 1],
      ['2026-12-01', 3],
    ]);
    expect([...byPartOfDay(times)].map(([part, of]) => [part, of.length])).toEqual([
      ['evening', 2],
      ['morning', 1],
      ['afternoon', 1],
    ]);
  });
});
