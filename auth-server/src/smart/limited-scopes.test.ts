/** An app is granted no more than what a patient opened to whoever uses it. */
import { describe, expect, it } from 'vitest';
import { KINDS, typesOf } from '../fhir/delegation.ts';
import { limitedScopes } from './limited-scopes.ts';

const within = (scopes: string, ...kinds: (typeof KINDS)[number][]): string =>
  limitedScopes(scopes.split(' '), typesOf(kinds)).join(' ');

describe('scopes within limits', () => {
  it.each([
    ['patient/Appointment.cruds', 'patient/Appointment.cruds'],
    ['patient/Appointment.crus?status=booked', 'patient/Appointment.crus?status=booked'],
    ['patient/Patient.rus', 'patient/Patient.rs'],
    ['patient/Patient.u', ''],
    ['patient/Encounter.crs', 'patient/Encounter.rs'],
    ['patient/Communication.rs user/Observation.rs', ''],
    ['patient/Observation.read', ''],
    ['patient/Appointment.read', 'patient/Appointment.read'],
    ['patient/Patient.* patient/Slot.rs', 'patient/Patient.rs patient/Slot.rs'],
    ['patient/Subscription.crus?status=active', 'patient/Subscription.crus?status=active'],
    ['openid fhirUser launch/patient patient/*.cruds', 'openid fhirUser launch/patient patient/*.cruds'],
  ])('of visits: %s is %j', (asked, left) => {
    expect(within(asked, 'visits')).toBe(left);
  });

  it('of everything are all that may be read; contact details and Consents are nobody else’s to write', () => {
    expect(within('patient/Consent.cruds patient/Patient.rus patient/Coverage.crus', 'everything')).toBe(
      'patient/Consent.rs patient/Patient.rs patient/Coverage.crus',
    );
    for (const kind of KINDS) {
      const { writes } = typesOf([kind]);
      expect([writes.has('Patient'), writes.has('Consent'), writes.has('RelatedPerson')], kind).toEqual([
        false,
        false,
        false,
      ]);
    }
  });

  it('of nothing are none but who it is', () => {
    expect(within('openid patient/Appointment.rs patient/Patient.u')).toBe('openid');
  });
});
