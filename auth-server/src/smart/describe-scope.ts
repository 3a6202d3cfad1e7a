/** Scopes in the words of the person who is asked: what an app may see and do, by group of data. */
import { parseClinicalScope, scopeWords } from './scope.ts';

/** One line of the consent page: everything asked about one group of data. */
export interface ScopeGroup {
  /** What the form sends back. */
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  readonly scopes: readonly string[];
  /** Signing in itself can't be declined piece by piece. */
  readonly required: boolean;
}

const GROUPS: Readonly<Record<string, readonly [title: string, detail: string]>> = {
  Patient: ['Your name and contact details', 'Name, birth date, address, phone, e-mail, emergency contacts'],
  Observation: [
    'Test results and measurements',
    'Laboratory results, blood pressure, weight, answers about daily life',
  ],
  DiagnosticReport: ['Reports of tests', 'Laboratory and imaging reports'],
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
  RelatedPerson: ['People close to you', 'Family and carers on record'],
  QuestionnaireResponse: ['Questionnaires', 'Your answers to questionnaires'],
  Task: ['Requests', 'Refill requests and other things to do'],
  ServiceRequest: ['Orders', 'Tests and treatments that were ordered'],
  Device: ['Devices', 'Implants and other devices'],
  Specimen: ['Samples', 'Samples that were taken'],
  Provenance: ['Where entries come from', 'Who recorded what'],
  Consent: ['Your consents', 'What you agreed to'],
  AuditEvent: ['Who looked at your record', 'The log of access'],
};

const DIRECTORY = [
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
  'HealthcareService',
  'Schedule',
  'Slot',
  'Medication',
  'Questionnaire',
];

/** Groups in a steady order; scopes that are not understood are in none. */
export function describeScopes(scope: string): ScopeGroup[] {
  const words = scopeWords(scope);
  const byType = new Map<string, string[]>();
  for (const word of words) {
    const clinical = parseClinicalScope(word);
    if (!clinical) continue;
    const name = DIRECTORY.includes(clinical.type) ? 'directory' : clinical.type;
    byType.set(name, [...(byType.get(name) ?? []), word]);
  }
  return [
    ...identity(words),
    ...[...byType].map(([name, scopes]) => clinicalGroup(name, scopes)),
    ...duration(words),
  ];
}

function identity(words: readonly string[]): ScopeGroup[] {
  const scopes = words.filter((word) => /^(openid|fhirUser|profile|launch(\/\w+)?)$/.test(word));
  if (scopes.length === 0) return [];
  return [
    {
      name: 'identity',
      title: 'Who you are',
      detail: 'That it is you who signed in, and whose record is open',
      scopes,
      required: true,
    },
  ];
}

function duration(words: readonly string[]): ScopeGroup[] {
  const groups: ScopeGroup[] = [];
  if (words.includes('offline_access')) {
    groups.push({
      name: 'offline_access',
      title: 'Access while you are away',
      detail: 'The app keeps access after you close it, until you disconnect it',
      scopes: ['offline_access'],
      required: false,
    });
  }
  if (words.includes('online_access')) {
    groups.push({
      name: 'online_access',
      title: 'Access while you are signed in',
      detail: 'The app keeps access until you sign out',
      scopes: ['online_access'],
      required: false,
    });
  }
  return groups;
}

function clinicalGroup(name: string, scopes: readonly string[]): ScopeGroup {
  const [title, detail] =
    name === '*'
      ? ['Your whole health record', 'Everything in it now, and everything that is added later']
      : name === 'directory'
        ? ['The clinic', 'Its people, places and services']
        : (GROUPS[name] ?? [spaced(name), `Entries of the kind "${spaced(name)}"`]);
  const writes = scopes.some((scope) => /[cud]/.test(parseClinicalScope(scope)?.interactions ?? ''));
  const parts = scopes.flatMap((scope) => filterWords(parseClinicalScope(scope)?.query ?? ''));
  const only = parts.length > 0 ? ` Only: ${parts.join(', ')}.` : '';
  return {
    name,
    title,
    detail: `${detail}.${only} ${writes ? 'May see and change.' : 'May see.'}`,
    scopes,
    required: false,
  };
}

const spaced = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2');

function filterWords(query: string): string[] {
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) =>
      pair
        .slice(pair.lastIndexOf('|') + 1)
        .replace(/^.*=/, '')
        .replaceAll('-', ' '),
    );
}
