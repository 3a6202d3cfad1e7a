import type { HealthcareService, Location, Organization } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { contactOf, contactOfPlace, hoursText } from './contact.ts';

const CLINIC: Organization = {
  resourceType: 'Organization',
  name: 'Hill Street',
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' }],
  telecom: [
    { system: 'fax', value: '1' },
    { system: 'phone', value: '2', use: 'old' },
    { system: 'phone', value: '+1 413 555 0199', rank: 2 },
    { system: 'phone', value: '+1 413 555 0100', rank: 1 },
  ],
  address: [{ line: ['40 Hill Street'], city: 'Northampton', state: 'MA', postalCode: '01060' }],
};
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const open = (daysOfWeek: readonly string[], from: string, until: string) => ({
  daysOfWeek: daysOfWeek as never,
  availableStartTime: from,
  availableEndTime: until,
});
const HOME: Location = {
  resourceType: 'Location',
  type: [{ coding: [{ code: 'PTRES' }] }],
  telecom: [{ system: 'phone', value: '9' }],
  hoursOfOperation: [{ allDay: true }],
};

describe('P6: how the clinic is reached', () => {
  it('is the number that is in use and comes first, the address in one line, and the hours of its services', () => {
    const service: HealthcareService = {
      resourceType: 'HealthcareService',
      availableTime: [open(WEEKDAYS, '08:00:00', '17:30:00'), open(['sat'], '09:00:00', '12:00:00')],
    };
    expect(contactOf(CLINIC, [service], [HOME])).toEqual({
      name: 'Hill Street',
      timeZone: 'America/New_York',
      phone: '+1 413 555 0100',
      address: '40 Hill Street, Northampton, MA 01060',
      hours: ['Mon–Fri 8:00 AM–5:30 PM', 'Sat 9:00 AM–12:00 PM'],
    });
  });

  it('comes from a place that one goes to where the organization and its services say nothing', () => {
    const place: Location = {
      resourceType: 'Location',
      telecom: [{ system: 'phone', value: '5' }],
      address: { text: 'Square 1' },
      hoursOfOperation: [{ daysOfWeek: ['sun', 'mon', 'wed'], allDay: true }],
    };
    expect(contactOf({ resourceType: 'Organization', name: 'A' }, [], [HOME, place])).toEqual({
      name: 'A',
      phone: '5',
      address: 'Square 1',
      hours: ['Mon, Wed, Sun all day'],
    });
    expect(contactOf({ resourceType: 'Organization', name: 'A' }, [], [HOME])).toEqual({
      name: 'A',
      phone: undefined,
      address: undefined,
      hours: [],
    });
  });

  it('says on which days to come it is closed', () => {
    const closed = (start: string, end: string): HealthcareService => ({
      resourceType: 'HealthcareService',
      notAvailable: [{ description: 'Holiday', during: { start, end } }],
    });
    const now = Date.parse('2026-12-20T12:00:00Z');
    const services = [closed('2026-12-25', '2026-12-26'), closed('2025-12-25', '2025-12-26')];
    expect(contactOf(CLINIC, services, [], now).hours).toEqual([
      'Closed Dec 25, 2026 – Dec 26, 2026: Holiday',
    ]);
  });

  it('takes nothing down that is odd', () => {
    expect(
      hoursText([{ days: ['x', 'fri', 'fri'], allDay: false, from: 'noon', until: '13:00:00' }]),
    ).toEqual(['Fri noon–1:00 PM']);
    expect(hoursText([{ days: [], allDay: false, from: undefined, until: undefined }])).toBeUndefined();
  });
});

it('a place of the clinic is reached by its own number, address and hours; the patient’s home is none', () => {
  const place: Location = {
    resourceType: 'Location',
    name: 'River Road',
    telecom: [{ system: 'phone', value: '7' }],
    address: { line: ['15 River Road'], city: 'Northampton' },
    hoursOfOperation: [{ daysOfWeek: ['mon'] as never, openingTime: '08:00:00', closingTime: '12:00:00' }],
  };
  expect(contactOfPlace(place)).toEqual({
    name: 'River Road',
    phone: '7',
    address: '15 River Road, Northampton',
    hours: ['Mon 8:00 AM–12:00 PM'],
  });
  expect(contactOfPlace({ ...HOME, name: 'At home' })).toBeUndefined();
  expect(contactOfPlace(undefined)).toBeUndefined();
});
