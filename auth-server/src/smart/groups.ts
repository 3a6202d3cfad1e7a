/** Types of FHIR data in plain words, and the categories that a person may choose from. */
import type { Text } from '../words/text.ts';

export const GROUPS: Readonly<Record<string, readonly [title: Text, detail: Text]>> = {
  Patient: ['Your name and contact details', 'Name, birth date, address, phone, e-mail, emergency contacts'],
  Observation: [
    'Test results and measurements',
    'Laboratory results, blood pressure, weight, answers about daily life',
  ],
  DiagnosticReport: ['Reports of tests', 'Laboratory and imaging reports'],
  Media: ['Pictures', 'Photos and pictures of examinations'],
  ImagingStudy: ['Imaging', 'X-ray, ultrasound and other imaging'],
  Condition: ['Health problems', 'Diagnoses and concerns'],
  MedicationRequest: ['Prescriptions', 'Medicines that were prescribed, with their dosage'],
  MedicationDispense: ['Medicines handed out', 'What the pharmacy gave and when'],
  MedicationStatement: ['Medicines you take', 'Also those without a prescription'],
  AllergyIntolerance: ['Allergies', 'Allergies and intolerances'],
  Immunization: ['Vaccinations', 'Vaccines and their dates'],
  Procedure: ['Procedures', 'Operations and other treatments'],
  Encounter: ['Visits', 'When you were seen, where and by whom'],
  Appointment: ['Appointments', 'Past and coming appointments'],
  Communication: ['Messages', 'Messages between you and the clinic'],
  DocumentReference: ['Documents', 'Notes and letters'],
  CareTeam: ['Your care team', 'Who looks after you'],
  CarePlan: ['Care plans', 'What was planned with you'],
  Goal: ['Goals', 'Health goals that were set with you'],
  Coverage: ['Insurance', 'Insurance and its numbers'],
  Invoice: ['Bills', 'What you were billed'],
  ExplanationOfBenefit: ['What the insurance pays', 'Decisions of your insurance about bills'],
  Account: ['Your account of bills', 'Its number and state'],
  RelatedPerson: ['People close to you', 'Family and carers on record'],
  QuestionnaireResponse: ['Questionnaires', 'Your answers to questionnaires'],
  Task: ['Requests', 'Refill requests and other things to do'],
  ServiceRequest: ['Orders', 'Tests and treatments that were ordered'],
  Device: ['Devices', 'Implants and other devices'],
  Specimen: ['Samples', 'Samples that were taken'],
  Provenance: ['Where entries come from', 'Who recorded what'],
  Consent: ['Your consents', 'What you agreed to'],
  Subscription: ['News as it happens', 'To be told at once when something in your record changes'],
  AuditEvent: ['Who looked at your record', 'The log of access'],
};

/** The clinic's own directory: one line on the consent page. */
export const DIRECTORY: ReadonlySet<string> = new Set([
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
  'HealthcareService',
  'Endpoint',
  'Schedule',
  'Slot',
  'Medication',
  'Questionnaire',
]);

export interface Category {
  readonly title: Text;
  readonly system: string;
  readonly code: string;
}

const OBSERVATION = 'http://terminology.hl7.org/CodeSystem/observation-category';
const CONDITION = 'http://terminology.hl7.org/CodeSystem/condition-category';
const US_CORE = 'http://hl7.org/fhir/us/core/CodeSystem';

/** US Core 6.1, "Granular Scopes". */
export const CATEGORIES: Readonly<Record<string, readonly Category[]>> = {
  Condition: [
    { title: 'Problems on your list', system: CONDITION, code: 'problem-list-item' },
    { title: 'Diagnoses of visits', system: CONDITION, code: 'encounter-diagnosis' },
    { title: 'Health concerns', system: `${US_CORE}/condition-category`, code: 'health-concern' },
  ],
  Observation: [
    { title: 'Laboratory results', system: OBSERVATION, code: 'laboratory' },
    { title: 'Vital signs', system: OBSERVATION, code: 'vital-signs' },
    { title: 'Clinical tests', system: OBSERVATION, code: 'procedure' },
    { title: 'Social history', system: OBSERVATION, code: 'social-history' },
    { title: 'Living situation and needs', system: `${US_CORE}/us-core-category`, code: 'sdoh' },
    { title: 'Answers to questionnaires', system: OBSERVATION, code: 'survey' },
  ],
};
