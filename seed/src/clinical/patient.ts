/** The person: Patient, Coverage, RelatedPerson (proxies), CareTeam. */
import type {
  CareTeam,
  Coverage,
  Extension,
  Organization,
  Patient,
  Practitioner,
  RelatedPerson,
  Resource,
} from '@medplum/fhirtypes';
import { ageAt } from './calendar.ts';
import {
  CLINIC,
  type Code,
  coding,
  concept,
  hl7,
  idOf,
  NUCC,
  reference,
  snomed,
  US_CORE,
  usCore,
} from './coding.ts';
import { CLINIC_ID, CLINIC_NAME, payers } from './directory.ts';
import { type ClinicianId, clinician, displayName } from './practitioners.ts';
import type { PatientStory, ProxyPerson } from './story.ts';

const CDC_RACE = 'urn:oid:2.16.840.1.113883.6.238';
const NOT_HISPANIC: Code = ['2186-5', 'Not Hispanic or Latino'];

export function person(story: PatientStory): Resource[] {
  return [
    patient(story),
    coverage(story),
    ...(story.proxies ?? []).map((proxy) => relatedPerson(story, proxy)),
    careTeam(story),
  ];
}

export function fullName(story: { readonly given: readonly string[]; readonly family: string }): string {
  return `${story.given[0]} ${story.family}`;
}

export function patientReference(story: PatientStory) {
  return reference<Patient>('Patient', story.id, fullName(story));
}

function patient(story: PatientStory): Patient {
  const { emergency } = story;
  return {
    resourceType: 'Patient',
    id: story.id,
    meta: usCore('patient'),
    extension: [
      ombExtension('race', story.race),
      ombExtension('ethnicity', story.ethnicity ?? NOT_HISPANIC),
      {
        url: `${US_CORE}/StructureDefinition/us-core-birthsex`,
        valueCode: story.gender === 'female' ? 'F' : 'M',
      },
    ],
    identifier: [
      {
        use: 'usual',
        type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', ['MR', 'Medical record number']),
        system: `${CLINIC}/mrn`,
        value: medicalRecordNumber(story.id),
        assigner: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
      },
    ],
    active: true,
    name: [
      {
        use: 'official',
        family: story.family,
        given: [...story.given],
        text: `${story.given.join(' ')} ${story.family}`,
      },
    ],
    telecom: [
      { system: 'phone', value: story.phone, use: 'mobile', rank: 1 },
      ...(story.email !== undefined ? [{ system: 'email', value: story.email, use: 'home' } as const] : []),
    ],
    gender: story.gender,
    birthDate: story.birthDate,
    deceasedBoolean: false,
    address: [
      {
        use: 'home',
        line: [story.street],
        city: story.city,
        state: 'MA',
        postalCode: story.postalCode,
        country: 'US',
      },
    ],
    ...(story.marital && { maritalStatus: hl7('v3-MaritalStatus', story.marital) }),
    contact: [
      {
        relationship: [
          hl7('v2-0131', ['C', 'Emergency Contact']),
          hl7('v3-RoleCode', emergency.relationship),
        ],
        name: {
          family: emergency.family,
          given: [emergency.given],
          text: `${emergency.given} ${emergency.family}`,
        },
        telecom: [{ system: 'phone', value: emergency.phone, use: 'mobile' }],
      },
    ],
    communication: [
      { language: concept('urn:ietf:bcp:47', story.language), preferred: true },
      ...(story.language[0] === 'en' ? [] : [{ language: concept('urn:ietf:bcp:47', ['en', 'English']) }]),
    ],
    generalPractitioner: [
      reference<Practitioner>('Practitioner', story.careTeam[0], displayName(story.careTeam[0])),
    ],
    managingOrganization: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
  };
}

function ombExtension(name: 'race' | 'ethnicity', code: Code): Extension {
  return {
    url: `${US_CORE}/StructureDefinition/us-core-${name}`,
    extension: [
      { url: 'ombCategory', valueCoding: coding(CDC_RACE, code) },
      { url: 'text', valueString: code[1] },
    ],
  };
}

/** Eight digits that follow from the id: the same on every run, with nothing about the person in them. */
export function medicalRecordNumber(id: string): string {
  let value = 7;
  for (const character of id) value = (value * 31 + character.charCodeAt(0)) % 89_999_999;
  return String(10_000_000 + value);
}

function coverage(story: PatientStory): Coverage {
  const { payer, plan, member, group, since } = story.coverage;
  const child = ageAt(story.birthDate, since) < 18;
  return {
    resourceType: 'Coverage',
    id: idOf('coverage', story.key),
    meta: usCore('coverage'),
    identifier: [
      {
        type: hl7('v2-0203', ['MB', 'Member Number']),
        system: `${CLINIC}/payer/${payer}/member`,
        value: member,
      },
    ],
    status: 'active',
    type:
      payer === 'medicare'
        ? concept('https://nahdo.org/sopt', ['1', 'MEDICARE'])
        : concept('https://nahdo.org/sopt', ['5', 'PRIVATE HEALTH INSURANCE']),
    subscriberId: member,
    beneficiary: patientReference(story),
    relationship: hl7('subscriber-relationship', child ? ['child', 'Child'] : ['self', 'Self']),
    period: { start: since },
    payor: [reference<Organization>('Organization', payer, payers[payer])],
    class: [
      { type: hl7('coverage-class', ['group', 'Group']), value: group, name: `Group ${group}` },
      {
        type: hl7('coverage-class', ['plan', 'Plan']),
        value: plan.toLowerCase().replaceAll(' ', '-'),
        name: plan,
      },
    ],
  };
}

function relatedPerson(story: PatientStory, proxy: ProxyPerson): RelatedPerson {
  return {
    resourceType: 'RelatedPerson',
    id: proxy.id,
    meta: usCore('relatedperson'),
    active: true,
    patient: patientReference(story),
    relationship: [hl7('v3-RoleCode', proxy.relationship)],
    name: [
      { use: 'official', family: proxy.family, given: [proxy.given], text: `${proxy.given} ${proxy.family}` },
    ],
    telecom: [
      { system: 'phone', value: proxy.phone, use: 'mobile' },
      { system: 'email', value: proxy.email, use: 'home' },
    ],
    gender: proxy.gender,
    birthDate: proxy.birthDate,
    address: [
      {
        use: 'home',
        line: [story.street],
        city: story.city,
        state: 'MA',
        postalCode: story.postalCode,
        country: 'US',
      },
    ],
  };
}

export function careTeamId(story: PatientStory): string {
  return idOf('care-team', story.key);
}

function careTeam(story: PatientStory): CareTeam {
  return {
    resourceType: 'CareTeam',
    id: careTeamId(story),
    meta: usCore('careteam'),
    status: 'active',
    name: `Care team of ${fullName(story)}`,
    subject: patientReference(story),
    period: { start: story.coverage.since },
    participant: [
      ...story.careTeam.map((id, index) => ({
        role: [careTeamRole(id, index)],
        member: reference<Practitioner>('Practitioner', id, displayName(id)),
      })),
      { role: [snomed(['116154003', 'Patient'])], member: patientReference(story) },
      ...(story.proxies ?? []).map((proxy) => ({
        role: [hl7('v3-RoleCode', proxy.relationship)],
        member: reference<RelatedPerson>('RelatedPerson', proxy.id, `${proxy.given} ${proxy.family}`),
      })),
    ],
    managingOrganization: [reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME)],
    telecom: [{ system: 'phone', value: '+1 413 555 0100', use: 'work' }],
  };
}

/** The first of the team is the primary care provider; the others have their specialty. */
function careTeamRole(id: ClinicianId, index: number) {
  const { specialty, title } = clinician(id);
  return index === 0
    ? snomed(['453231000124104', 'Primary care provider (occupation)'], 'Primary care')
    : concept(NUCC, specialty, title);
}
