/** Problem list, allergies, vaccinations, procedures, family history: what the record says of the person as a whole. */
import type {
  AllergyIntolerance,
  Condition,
  FamilyMemberHistory,
  Immunization,
  Location,
  Organization,
  Practitioner,
  Procedure,
  Resource,
} from '@medplum/fhirtypes';
import { type DiagnosisKey, diagnoses } from '../codes/diagnoses.ts';
import { vaccines } from '../codes/vaccines.ts';
import { at } from './calendar.ts';
import {
  CVX,
  coding,
  concept,
  concepts,
  hl7,
  ICD10CM,
  idOf,
  kebab,
  RXNORM,
  reference,
  SNOMED,
  snomed,
  usCore,
} from './coding.ts';
import { CLINIC_ID, CLINIC_NAME, locationNames } from './directory.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { Allergy, DoneProcedure, FamilyMember, PatientStory, Problem, Vaccination } from './story.ts';

export function background(story: PatientStory): Resource[] {
  return [
    ...story.problems.map((problem) => condition(story, problem)),
    ...(story.allergies.length === 0
      ? [noKnownAllergy(story)]
      : story.allergies.map((allergy) => allergyIntolerance(story, allergy))),
    ...story.immunizations.map((vaccination) => immunization(story, vaccination)),
    ...(story.procedures ?? []).map((done) => procedure(story, done)),
    ...(story.familyHistory ?? []).map((member) => familyMemberHistory(story, member)),
  ];
}

/** SNOMED CT first, ICD-10-CM beside it, the patient's words as text. */
export function diagnosisConcept(key: DiagnosisKey) {
  const { snomed: clinical, icd10, text } = diagnoses[key];
  return concepts(text, coding(SNOMED, clinical), coding(ICD10CM, icd10));
}

export function conditionId(story: PatientStory, key: DiagnosisKey): string {
  return idOf('condition', story.key, kebab(key));
}

function condition(story: PatientStory, { diagnosis, onset, abated, note }: Problem): Condition {
  return {
    resourceType: 'Condition',
    id: conditionId(story, diagnosis),
    meta: usCore('condition-problems-health-concerns'),
    extension: [
      { url: 'http://hl7.org/fhir/StructureDefinition/condition-assertedDate', valueDateTime: onset },
    ],
    clinicalStatus: hl7(
      'condition-clinical',
      abated === undefined ? ['active', 'Active'] : ['resolved', 'Resolved'],
    ),
    verificationStatus: hl7('condition-ver-status', ['confirmed', 'Confirmed']),
    category: [hl7('condition-category', ['problem-list-item', 'Problem List Item'])],
    code: diagnosisConcept(diagnosis),
    subject: patientReference(story),
    onsetDateTime: onset,
    ...(abated !== undefined && { abatementDateTime: abated }),
    recordedDate: onset,
    recorder: reference<Practitioner>('Practitioner', story.careTeam[0], displayName(story.careTeam[0])),
    ...(note !== undefined && { note: [{ text: note }] }),
  };
}

function allergyIntolerance(story: PatientStory, allergy: Allergy): AllergyIntolerance {
  return {
    resourceType: 'AllergyIntolerance',
    id: idOf('allergy', story.key, allergy.slug),
    meta: usCore('allergyintolerance'),
    clinicalStatus: hl7('allergyintolerance-clinical', ['active', 'Active']),
    verificationStatus: hl7('allergyintolerance-verification', ['confirmed', 'Confirmed']),
    type: 'allergy',
    category: [allergy.category],
    criticality: allergy.severity === 'severe' ? 'high' : 'low',
    code: concept(allergy.system === 'rxnorm' ? RXNORM : SNOMED, allergy.code, allergy.text),
    patient: patientReference(story),
    recordedDate: allergy.since,
    reaction: [{ manifestation: [snomed(allergy.reaction)], severity: allergy.severity }],
  };
}

/** That somebody asked and there is none is worth recording; an empty list would say that nobody asked. */
function noKnownAllergy(story: PatientStory): AllergyIntolerance {
  return {
    resourceType: 'AllergyIntolerance',
    id: idOf('allergy', story.key, 'none-known'),
    meta: usCore('allergyintolerance'),
    clinicalStatus: hl7('allergyintolerance-clinical', ['active', 'Active']),
    verificationStatus: hl7('allergyintolerance-verification', ['confirmed', 'Confirmed']),
    code: snomed(['716186003', 'No known allergy (situation)'], 'No known allergies'),
    patient: patientReference(story),
    recordedDate: story.coverage.since,
  };
}

function immunization(story: PatientStory, { vaccine, date, elsewhere = false }: Vaccination): Immunization {
  return {
    resourceType: 'Immunization',
    id: idOf('vaccine', story.key, kebab(vaccine), date),
    meta: usCore('immunization'),
    status: 'completed',
    vaccineCode: concept(CVX, vaccines[vaccine]),
    patient: patientReference(story),
    occurrenceDateTime: elsewhere ? date : at(date, '09:30'),
    primarySource: !elsewhere,
    ...(elsewhere && { reportOrigin: hl7('immunization-origin', ['provider', 'Other Provider']) }),
    ...(!elsewhere && {
      location: reference<Location>(
        'Location',
        'hill-street-2nd-floor',
        locationNames['hill-street-2nd-floor'],
      ),
      site: hl7('v3-ActSite', ['LA', 'left arm']),
      route: hl7('v3-RouteOfAdministration', ['IM', 'Injection, intramuscular']),
      performer: [
        {
          function: hl7('v2-0443', ['AP', 'Administering Provider']),
          actor: reference<Practitioner>('Practitioner', 'miguel-torres', displayName('miguel-torres')),
        },
      ],
    }),
  };
}

function procedure(story: PatientStory, done: DoneProcedure): Procedure {
  return {
    resourceType: 'Procedure',
    id: idOf('procedure', story.key, done.slug),
    meta: usCore('procedure'),
    status: 'completed',
    code: snomed(done.code, done.text),
    subject: patientReference(story),
    performedDateTime: at(done.date, '10:00'),
    performer: [
      {
        actor: reference<Practitioner>('Practitioner', done.clinician, displayName(done.clinician)),
        onBehalfOf: reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
      },
    ],
    ...(done.reason !== undefined && {
      reasonReference: [
        reference<Condition>('Condition', conditionId(story, done.reason), diagnoses[done.reason].text),
      ],
    }),
  };
}

function familyMemberHistory(story: PatientStory, member: FamilyMember): FamilyMemberHistory {
  return {
    resourceType: 'FamilyMemberHistory',
    id: idOf('family', story.key, member.slug),
    status: 'completed',
    patient: patientReference(story),
    date: story.coverage.since,
    name: member.name,
    relationship: hl7('v3-RoleCode', member.relationship),
    ...(member.deceased !== undefined && { deceasedBoolean: member.deceased }),
    condition: member.conditions.map(({ diagnosis, age }) => ({
      code: diagnosisConcept(diagnosis),
      onsetAge: { value: age, unit: 'years', system: 'http://unitsofmeasure.org', code: 'a' },
    })),
  };
}
