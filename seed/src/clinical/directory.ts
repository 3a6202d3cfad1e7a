/** The clinic itself: organizations, locations, people, roles, services. The same for every patient. */
import type {
  ContactPoint,
  HealthcareService,
  Location,
  Organization,
  Practitioner,
  PractitionerRole,
  Resource,
} from '@medplum/fhirtypes';
import { CLINIC, concept, hl7, NUCC, reference, usCore } from './coding.ts';
import { frontDesk } from './front-desk.ts';
import { nationalProviderIdentifier } from './npi.ts';
import {
  type ClinicianId,
  clinician,
  clinicians,
  displayName,
  type ServiceKey,
  services,
} from './practitioners.ts';

export const CLINIC_ID = 'wellspring-clinic';
export const CLINIC_NAME = 'Wellspring Clinic';
const CLINIC_TIME_ZONE = 'America/New_York';
export const CLINIC_PHONE = '+1 413 555 0100';
const CLINIC_ADDRESS = {
  use: 'work',
  line: ['40 Hill Street'],
  city: 'Northampton',
  state: 'MA',
  postalCode: '01060',
  country: 'US',
} as const;

export const pharmacies = {
  'maple-street-pharmacy': {
    name: 'Maple Street Pharmacy',
    phone: '+1 413 555 0141',
    line: '212 Maple Street',
  },
  'riverside-pharmacy': { name: 'Riverside Pharmacy', phone: '+1 413 555 0142', line: '9 River Road' },
} as const;
export type PharmacyId = keyof typeof pharmacies;

export const payers = {
  'bay-state-health-plan': 'Bay State Health Plan',
  'pioneer-valley-mutual': 'Pioneer Valley Mutual',
  medicare: 'Medicare',
} as const;
export type PayerId = keyof typeof payers;

export const LABORATORY_ID = 'wellspring-laboratory';
export const IMAGING_ID = 'wellspring-imaging';

export function directory(): Resource[] {
  return [
    ...organizations(),
    ...locations(),
    ...healthcareServices(),
    ...clinicianIds().flatMap((id) => [practitioner(id), practitionerRole(id)]),
    administratorRole('amara-osei'),
    ...frontDesk(reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME), CLINIC_PHONE),
  ];
}

export function clinicianIds(): ClinicianId[] {
  return Object.keys(clinicians) as ClinicianId[];
}

function organizations(): Organization[] {
  return [
    organization(
      CLINIC_ID,
      CLINIC_NAME,
      ['prov', 'Healthcare Provider'],
      CLINIC_PHONE,
      '40 Hill Street',
      100,
    ),
    organization(
      LABORATORY_ID,
      'Wellspring Clinic Laboratory',
      ['dept', 'Hospital Department'],
      '+1 413 555 0110',
      '40 Hill Street',
      110,
    ),
    organization(
      IMAGING_ID,
      'Wellspring Clinic Imaging',
      ['dept', 'Hospital Department'],
      '+1 413 555 0120',
      '44 Hill Street',
      120,
    ),
    ...Object.entries(pharmacies).map(([id, { name, phone, line }], index) =>
      organization(id, name, ['prov', 'Healthcare Provider'], phone, line, 200 + index),
    ),
    ...Object.entries(payers).map(([id, name], index) =>
      organization(id, name, ['pay', 'Payer'], `+1 800 555 010${index}`, '1 State Street', 300 + index),
    ),
  ];
}

function organization(
  id: string,
  name: string,
  type: readonly [string, string],
  phone: string,
  line: string,
  number: number,
): Organization {
  const partOf = id === LABORATORY_ID || id === IMAGING_ID;
  return {
    resourceType: 'Organization',
    id,
    meta: usCore('organization'),
    ...(id === CLINIC_ID && {
      extension: [{ url: 'urn:wellspring:time-zone', valueCode: CLINIC_TIME_ZONE }],
    }),
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: nationalProviderIdentifier(number) }],
    active: true,
    type: [hl7('organization-type', type)],
    name,
    telecom: [{ system: 'phone', value: phone, use: 'work' }],
    address: [{ ...CLINIC_ADDRESS, line: [line] }],
    ...(partOf && { partOf: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME) }),
  };
}

const OPENS = '08:00:00';
const CLOSES = '17:30:00';

export const locationNames = {
  'hill-street-2nd-floor': 'Hill Street, 2nd floor',
  'hill-street-laboratory': 'Hill Street, laboratory (ground floor)',
  'hill-street-imaging': 'Hill Street, imaging (no. 44)',
  'river-road': 'River Road branch',
  'video-visit': 'Video visit',
} as const;
export type LocationId = keyof typeof locationNames;

const HILL_STREET = { longitude: -72.6329, latitude: 42.3188 };
const positions: Partial<Record<LocationId, { longitude: number; latitude: number }>> = {
  'hill-street-2nd-floor': HILL_STREET,
  'hill-street-laboratory': HILL_STREET,
  'hill-street-imaging': HILL_STREET,
  'river-road': { longitude: -72.6215, latitude: 42.3342 },
};

function locations(): Location[] {
  return (Object.keys(locationNames) as LocationId[]).map((id) => ({
    resourceType: 'Location',
    id,
    meta: usCore('location'),
    status: 'active',
    name: locationNames[id],
    mode: 'instance',
    type: [
      hl7(
        'v3-RoleCode',
        id === 'video-visit' ? ['PTRES', "Patient's Residence"] : ['OF', 'Outpatient facility'],
      ),
    ],
    telecom: [{ system: 'phone', value: CLINIC_PHONE, use: 'work' }],
    address: { ...CLINIC_ADDRESS, line: id === 'river-road' ? ['15 River Road'] : [...CLINIC_ADDRESS.line] },
    ...(id in positions && { position: positions[id] }),
    hoursOfOperation: [
      { daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'], openingTime: OPENS, closingTime: CLOSES },
    ],
    managingOrganization: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
  }));
}

function healthcareServices(): HealthcareService[] {
  return (Object.keys(services) as ServiceKey[]).map((id) => ({
    resourceType: 'HealthcareService',
    id,
    active: true,
    providedBy: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
    type: [hl7('service-type', services[id].type)],
    location: [
      reference<Location>('Location', 'hill-street-2nd-floor', locationNames['hill-street-2nd-floor']),
    ],
    name: services[id].name,
    comment: services[id].comment,
    telecom: [{ system: 'phone', value: CLINIC_PHONE, use: 'work' }],
    appointmentRequired: true,
    availableTime: [
      {
        daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
        availableStartTime: OPENS,
        availableEndTime: CLOSES,
      },
    ],
  }));
}

function practitioner(id: ClinicianId): Practitioner {
  const { given, family, prefix, suffix, gender, languages } = clinician(id);
  return {
    resourceType: 'Practitioner',
    id,
    meta: usCore('practitioner'),
    identifier: [
      {
        system: 'http://hl7.org/fhir/sid/us-npi',
        value: nationalProviderIdentifier(clinicianIds().indexOf(id)),
      },
      { system: `${CLINIC}/staff`, value: id },
    ],
    active: true,
    name: [
      {
        use: 'official',
        family,
        given: [given],
        ...(prefix !== undefined && { prefix: [prefix] }),
        suffix: [suffix],
      },
    ],
    telecom: telecom(id),
    address: [{ ...CLINIC_ADDRESS, line: [...CLINIC_ADDRESS.line] }],
    gender,
    communication: languages.map((language) => concept('urn:ietf:bcp:47', language)),
  };
}

/** Whoever looks after people, hours and the log, beside their work with patients. */
function administratorRole(id: ClinicianId): PractitionerRole {
  return {
    resourceType: 'PractitionerRole',
    id: `${id}-administrator`,
    active: true,
    practitioner: reference<Practitioner>('Practitioner', id, displayName(id)),
    organization: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
    code: [
      { coding: [{ system: 'urn:wellspring:staff-role', code: 'administrator' }], text: 'Administrator' },
    ],
  };
}

function practitionerRole(id: ClinicianId): PractitionerRole {
  const { specialty, title, service } = clinician(id);
  return {
    resourceType: 'PractitionerRole',
    id: `${id}-role`,
    meta: usCore('practitionerrole'),
    active: true,
    practitioner: reference<Practitioner>('Practitioner', id, displayName(id)),
    organization: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
    code: [concept(NUCC, specialty, title)],
    specialty: [concept(NUCC, specialty, title)],
    location: [
      reference<Location>('Location', 'hill-street-2nd-floor', locationNames['hill-street-2nd-floor']),
    ],
    ...(service !== undefined && {
      healthcareService: [reference<HealthcareService>('HealthcareService', service, services[service].name)],
    }),
    // One only: US Core's invariant pd-1 (`telecom or endpoint`) is an error on a list of several.
    telecom: telecom(id).slice(0, 1),
    availableTime: [
      {
        daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
        availableStartTime: '08:40:00',
        availableEndTime: '16:40:00',
      },
    ],
  };
}

function telecom(id: ClinicianId): ContactPoint[] {
  return [
    { system: 'phone', value: CLINIC_PHONE, use: 'work' },
    { system: 'email', value: `${id.replace('-', '.')}@clinic.wellspring.example`, use: 'work' },
  ];
}
