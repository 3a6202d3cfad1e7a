/** Visits: the Encounter, acute diagnoses made there, and the clinician's note. */
import type {
  Condition,
  DocumentReference,
  Encounter,
  Location,
  Organization,
  Practitioner,
  Resource,
} from '@medplum/fhirtypes';
import { diagnoses } from '../codes/diagnoses.ts';
import { at, plusMinutes } from './calendar.ts';
import {
  base64,
  CLINIC,
  type Code,
  hl7,
  idOf,
  kebab,
  loinc,
  reference,
  snomed,
  US_CORE,
  usCore,
} from './coding.ts';
import { conditionId, diagnosisConcept } from './conditions.ts';
import { CLINIC_ID, CLINIC_NAME, type LocationId, locationNames } from './directory.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { PatientStory, Visit, VisitType } from './story.ts';

interface VisitKind {
  readonly code: Code;
  readonly text: string;
  readonly minutes: number;
}

const visitKinds: Record<VisitType, VisitKind> = {
  office: { code: ['185349003', 'Encounter for check up (procedure)'], text: 'Office visit', minutes: 25 },
  checkup: {
    code: ['162673000', 'General examination of patient (procedure)'],
    text: 'Yearly check-up',
    minutes: 40,
  },
  wellChild: { code: ['410620009', 'Well child visit (procedure)'], text: 'Well-child visit', minutes: 30 },
  prenatal: { code: ['424619006', 'Prenatal visit (regime/therapy)'], text: 'Pregnancy visit', minutes: 30 },
  urgent: { code: ['185345009', 'Encounter for symptom (procedure)'], text: 'Sick visit', minutes: 20 },
  video: { code: ['185349003', 'Encounter for check up (procedure)'], text: 'Video visit', minutes: 20 },
  nurse: { code: ['308335008', 'Patient encounter procedure (procedure)'], text: 'Nurse visit', minutes: 15 },
  specialist: {
    code: ['698314001', 'Consultation for treatment (procedure)'],
    text: 'Specialist visit',
    minutes: 35,
  },
};

function encounterId(story: PatientStory, key: string): string {
  return idOf('visit', story.key, key);
}

/** The visit of that moment, when there is one: results drawn there point to it. */
export function encounterAt(story: PatientStory, key: string) {
  return story.visits.some(({ when }) => when.key === key)
    ? { encounter: reference<Encounter>('Encounter', encounterId(story, key)) }
    : {};
}

export function encounters(story: PatientStory): Resource[] {
  return story.visits.flatMap((visit) => [
    encounter(story, visit),
    ...(visit.diagnoses ?? []).map((key) => acuteDiagnosis(story, visit, key)),
    ...(visit.note === undefined ? [] : [note(story, visit, visit.note)]),
  ]);
}

function encounter(story: PatientStory, visit: Visit): Encounter {
  const { code, text, minutes } = visitKinds[visit.type];
  const start = visit.time ?? '09:20';
  const period = { start: at(visit.when.date, start), end: at(visit.when.date, plusMinutes(start, minutes)) };
  const place: LocationId = visit.type === 'video' ? 'video-visit' : 'hill-street-2nd-floor';
  const id = encounterId(story, visit.when.key);
  return {
    resourceType: 'Encounter',
    id,
    meta: usCore('encounter'),
    identifier: [{ system: `${CLINIC}/visit`, value: id }],
    status: 'finished',
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      ...(visit.type === 'video'
        ? { code: 'VR', display: 'virtual' }
        : { code: 'AMB', display: 'ambulatory' }),
    },
    type: [snomed(code, text)],
    subject: patientReference(story),
    participant: [
      {
        type: [hl7('v3-ParticipationType', ['PPRF', 'primary performer'])],
        period,
        individual: reference<Practitioner>('Practitioner', visit.clinician, displayName(visit.clinician)),
      },
    ],
    period,
    ...(visit.reasons.length > 0 || visit.reasonText !== undefined
      ? {
          reasonCode: [
            ...(visit.reasonText === undefined ? [] : [{ text: visit.reasonText }]),
            ...visit.reasons.map(diagnosisConcept),
          ],
        }
      : {}),
    ...(visit.reasons.some((key) => isProblem(story, key)) && {
      reasonReference: visit.reasons
        .filter((key) => isProblem(story, key))
        .map((key) => reference<Condition>('Condition', conditionId(story, key), diagnoses[key].text)),
    }),
    location: [{ location: reference<Location>('Location', place, locationNames[place]) }],
    serviceProvider: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
  };
}

function isProblem(story: PatientStory, key: string): boolean {
  return story.problems.some(({ diagnosis }) => diagnosis === key);
}

function acuteDiagnosis(story: PatientStory, visit: Visit, key: keyof typeof diagnoses): Condition {
  return {
    resourceType: 'Condition',
    id: idOf('diagnosis', story.key, kebab(key), visit.when.key),
    meta: usCore('condition-encounter-diagnosis'),
    clinicalStatus: hl7('condition-clinical', ['resolved', 'Resolved']),
    verificationStatus: hl7('condition-ver-status', ['confirmed', 'Confirmed']),
    category: [hl7('condition-category', ['encounter-diagnosis', 'Encounter Diagnosis'])],
    code: diagnosisConcept(key),
    subject: patientReference(story),
    encounter: reference<Encounter>('Encounter', encounterId(story, visit.when.key)),
    onsetDateTime: visit.when.date,
    abatementDateTime: visit.when.date,
    recordedDate: visit.when.date,
  };
}

function note(story: PatientStory, visit: Visit, paragraphs: readonly string[]): DocumentReference {
  const start = visit.time ?? '09:20';
  const written = at(visit.when.date, plusMinutes(start, 60));
  const title = `${visitKinds[visit.type].text} note`;
  return {
    resourceType: 'DocumentReference',
    id: idOf('note', story.key, visit.when.key),
    meta: usCore('documentreference'),
    identifier: [{ system: `${CLINIC}/document`, value: idOf('note', story.key, visit.when.key) }],
    status: 'current',
    docStatus: 'final',
    type: loinc(['11506-3', 'Progress note'], title),
    category: [
      {
        coding: [
          {
            system: `${US_CORE}/CodeSystem/us-core-documentreference-category`,
            code: 'clinical-note',
            display: 'Clinical Note',
          },
        ],
        text: 'Clinical note',
      },
    ],
    subject: patientReference(story),
    date: written,
    author: [reference<Practitioner>('Practitioner', visit.clinician, displayName(visit.clinician))],
    custodian: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: base64(paragraphs.join('\n\n')),
          title,
          creation: written,
        },
        format: {
          system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
          code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient',
          display: 'mimeType Sufficient',
        },
      },
    ],
    context: {
      encounter: [reference<Encounter>('Encounter', encounterId(story, visit.when.key))],
      period: { start: at(visit.when.date, start), end: written },
    },
  };
}
