/** Entries of the access log as words, gathered: who did what on a day, not each single request. */
import type { AuditEvent } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';
import { typesOf } from './asked.ts';

const DEEDS: Readonly<Record<string, Text>> = {
  R: 'Looked at {things}',
  E: 'Looked for {things}',
  C: 'Added {things}',
  U: 'Changed {things}',
  D: 'Removed {things}',
};

/** Types of resources in plain words; the others by FHIR's own names. */
const THINGS: Readonly<Record<string, Text>> = {
  Account: 'bills and payments',
  AllergyIntolerance: 'allergies',
  Appointment: 'visits',
  AuditEvent: 'this log',
  Binary: 'documents',
  CarePlan: 'care plans',
  CareTeam: 'the care team',
  Communication: 'messages',
  CommunicationRequest: 'messages',
  Condition: 'health problems',
  Consent: 'consents',
  Coverage: 'insurance',
  Device: 'devices',
  DiagnosticReport: 'reports',
  DocumentReference: 'documents',
  Encounter: 'visits on record',
  Endpoint: 'links to pictures',
  ExplanationOfBenefit: 'what insurance paid',
  FamilyMemberHistory: 'illnesses in the family',
  Flag: 'notes of caution',
  Goal: 'goals',
  ImagingStudy: 'pictures',
  Immunization: 'vaccinations',
  Invoice: 'bills and payments',
  Location: 'the clinic’s places and services',
  HealthcareService: 'the clinic’s places and services',
  Media: 'pictures',
  MedicationDispense: 'what the pharmacy gave',
  MedicationRequest: 'prescriptions',
  MedicationStatement: 'medicines of one’s own',
  Observation: 'results',
  Organization: 'the clinic’s places and services',
  Patient: 'personal details',
  Practitioner: 'people of the clinic',
  PractitionerRole: 'people of the clinic',
  Procedure: 'procedures',
  Provenance: 'where entries are from',
  Questionnaire: 'questionnaires',
  QuestionnaireResponse: 'questionnaires',
  RelatedPerson: 'relatives and proxies',
  Schedule: 'schedules',
  ServiceRequest: 'referrals and orders',
  Slot: 'times for visits',
  Specimen: 'samples',
  Task: 'requests',
};

/** Programs by the name a person knows. */
const SYSTEMS: Readonly<Record<string, Text>> = {
  'auth-server': 'The sign-in service',
  'fhir-server': 'The clinic’s record system',
  seed: 'The clinic’s record system',
  ehr: 'The clinic’s record system',
  portal: 'This portal',
};

export interface Visit {
  readonly who: string;
  readonly isOneself: boolean;
  /** The newest of them. */
  readonly at: string;
  readonly deeds: readonly string[];
  readonly times: number;
}

/** The newest first; one entry for each person or app a day. */
export function visitsOf(events: readonly AuditEvent[], self: string, names?: Names): Visit[] {
  const groups = Map.groupBy(
    events,
    (event) => `${new Date(timeOf(event.recorded)).toDateString()} ${whoText(event, self, names)}`,
  );
  return [...groups.values()].map((ofOne) => {
    const [newest] = ofOne as [AuditEvent];
    return {
      who: whoText(newest, self, names),
      isOneself: isBy(newest, self),
      at: newest.recorded,
      deeds: deedsOf(ofOne),
      times: ofOne.length,
    };
  });
}

/** A line for each kind of deed, with all that it was done to. */
function deedsOf(events: readonly AuditEvent[]): string[] {
  const kinds = Map.groupBy(events, ({ action }) => action);
  return [...kinds].map(([action, ofKind]) => deedText(action, ofKind));
}

/** Of people, by their reference: the log names them by that alone. */
export type Names = ReadonlyMap<string, string>;

const isBy = ({ agent = [] }: Pick<AuditEvent, 'agent'>, self: string): boolean =>
  agent.some(({ who }) => who?.reference?.endsWith(self));

/** Whoever asked; the program that they used only where nobody did. */
export function whoText({ agent = [] }: AuditEvent, self: string, names: Names = new Map()): string {
  const asking = agent.toSorted((a, b) => Number(b.requestor ?? false) - Number(a.requestor ?? false));
  const people = asking.map(({ who }) => who);
  if (isBy({ agent }, self)) return t('You');
  const [name] = people
    .map((who) => names.get(who?.reference ?? '') ?? who?.display ?? who?.reference ?? who?.identifier?.value)
    .filter(Boolean);
  const system = lookUp(SYSTEMS, name?.replace(/^Device\//, ''));
  return system ? t(system) : (name ?? t('Somebody'));
}

/** In few words, as a patient reads it. */
export const whatText = (event: AuditEvent): string => deedText(event.action, [event]);

const deedText = (action: string | undefined, events: readonly AuditEvent[]): string =>
  t(lookUp(DEEDS, action) ?? 'Used {things}', { things: thingsText(...events) });

export function thingsText(...events: readonly AuditEvent[]): string {
  const things = [...new Set(events.flatMap(typesOf).map(thingWords))];
  return things.length > 0 ? things.join(', ') : t('the record');
}

export function thingWords(type: string): string {
  const words = lookUp(THINGS, type);
  return words ? t(words) : type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
