/** The clinic of a few people with somebody who administers it, and sees patients too: Sam Stray, who has no role elsewhere. */
import { clinic, ref } from './small-clinic.ts';

const TERMS = 'http://terminology.hl7.org/CodeSystem';
const coded = (system: string, code: string) => ({ coding: [{ system: `${TERMS}/${system}`, code }] });

const role = (id: string, code: string) => ({
  resourceType: 'PractitionerRole',
  id,
  active: true,
  practitioner: ref('Practitioner/stray', 'Sam Stray'),
  organization: ref('Organization/clinic', 'The clinic'),
  code: [{ coding: [{ system: 'urn:wellspring:staff-role', code }] }],
});

export const CARDIOLOGY = {
  resourceType: 'HealthcareService',
  id: 'heart',
  active: true,
  providedBy: ref('Organization/clinic'),
  name: 'Cardiology',
  availableTime: [{ daysOfWeek: ['mon'], availableStartTime: '08:00:00', availableEndTime: '12:00:00' }],
};

/** Of Ana. */
export const problem = (id: string, text: string, verification: string, change: object = {}) => ({
  resourceType: 'Condition',
  id,
  clinicalStatus: coded('condition-clinical', 'active'),
  verificationStatus: coded('condition-ver-status', verification),
  code: { text },
  subject: ref('Patient/ana'),
  ...change,
});

export const restricted = { security: [{ system: `${TERMS}/v3-Confidentiality`, code: 'R' }] };

export const administeredClinic = () => [
  ...clinic(),
  role('stray-1', 'administrator'),
  role('stray-2', 'clinician'),
  CARDIOLOGY,
];
