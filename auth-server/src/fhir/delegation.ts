/**
 * Family access as the FHIR server has it: a RelatedPerson that bears the mark of having been invited, and a Consent of the same id that denies them everything but
 * what the patient permits. The Consent is what binds (fhir-server/src/access); what is said of it on the pages is read from it.
 * https://hl7.org/fhir/R4/consent.html
 */
import { endOfDayIn } from '@wellspring/serving/time-zone';
import type { OpenTypes } from '../smart/limited-scopes.ts';
import { type HumanName, nameText } from './human-name.ts';
import { patientOf } from './people.ts';

/** What of a record may be opened: `everything` but what is specially protected (labels R and V), which `protected` adds. */
export const KINDS = ['visits', 'messages', 'records', 'everything', 'protected'] as const;
export type Kind = (typeof KINDS)[number];

/** https://terminology.hl7.org/CodeSystem-v3-RoleCode.html */
export const RELATIONS = {
  spouse: ['SPS', 'spouse'],
  parent: ['PRN', 'parent'],
  child: ['CHILD', 'child'],
  sibling: ['SIB', 'sibling'],
  relative: ['FAMMEMB', 'family member'],
  friend: ['FRND', 'unrelated friend'],
  proxy: ['HPOWATT', 'healthcare power of attorney'],
} as const satisfies Readonly<Record<string, readonly [code: string, display: string]>>;
export type Relation = keyof typeof RELATIONS;

export const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text);
export const isRelation = (text: string): text is Relation => Object.hasOwn(RELATIONS, text);

export interface Limits {
  readonly kinds: readonly Kind[];
  /** The last day, YYYY-MM-DD. */
  readonly until: string;
}

export interface Entrusted extends Limits {
  /** Of the RelatedPerson, and of the Consent. */
  readonly id: string;
  /** Id of the Patient. */
  readonly patient: string;
  readonly given: string;
  readonly family: string;
  readonly email: string;
  readonly relation: Relation;
}

/** System of the identifier that says that the patient invited them; fhir-server opens nothing to such a one without a Consent. */
export const INVITED = 'urn:wellspring:family-access';

interface Coding {
  readonly system?: string;
  readonly code?: string;
  readonly display?: string;
}
interface Provision {
  readonly period?: { readonly start?: string; readonly end?: string };
  readonly class?: readonly Coding[];
  readonly securityLabel?: readonly Coding[];
  readonly data?: readonly object[];
  readonly provision?: readonly Provision[];
}

export interface StoredConsent {
  readonly resourceType: 'Consent';
  readonly id: string;
  readonly meta?: { readonly versionId?: string };
  readonly status?: string;
  readonly patient?: { readonly reference?: string };
  readonly provision?: Provision;
}

export interface StoredPerson {
  readonly resourceType: 'RelatedPerson';
  readonly id: string;
  readonly meta?: { readonly versionId?: string };
  readonly active?: boolean;
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly patient?: { readonly reference?: string };
  readonly relationship?: readonly { readonly coding?: readonly Coding[] }[];
  readonly name?: readonly HumanName[];
  readonly telecom?: readonly { readonly system?: string; readonly value?: string }[];
  readonly period?: { readonly start?: string; readonly end?: string };
}

const TYPES = 'http://hl7.org/fhir/resource-types';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACTIONS = 'http://terminology.hl7.org/CodeSystem/consentaction';

/** What each kind is about; its first type tells it from the others. */
const READS = {
  visits: ['Appointment', 'Encounter'],
  messages: ['Communication'],
  records: [
    'Observation',
    ...['AllergyIntolerance', 'Binary', 'BodyStructure', 'CarePlan', 'ClinicalImpression', 'Composition'],
    ...['Condition', 'Device', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentReference', 'Encounter'],
    ...['FamilyMemberHistory', 'Flag', 'Goal', 'ImagingStudy', 'Immunization', 'ImmunizationRecommendation'],
    ...['List', 'Media', 'MedicationAdministration', 'MedicationDispense', 'MedicationRequest'],
    ...['MedicationStatement', 'NutritionOrder', 'Procedure', 'Provenance', 'RiskAssessment'],
    ...['ServiceRequest', 'Specimen', 'Task', 'VisionPrescription'],
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;
const WRITES = {
  visits: ['Appointment'],
  messages: ['Communication'],
  records: ['Observation', 'MedicationStatement', 'Task'],
  // Never Patient, nor Consent: contact details and who else has access are the patient's own.
  everything: ['Coverage', 'DocumentReference', 'QuestionnaireResponse'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
/** Whose record it is, who looks after it; and to be told of what may be seen. */
const ALWAYS = ['Patient', 'CareTeam', 'Subscription'];
const ALWAYS_WRITES = ['Subscription'];

/** Types that these kinds open. */
export function typesOf(kinds: readonly Kind[]): OpenTypes {
  const all = kinds.includes('everything');
  const named = (['visits', 'messages', 'records'] as const).filter((kind) => all || kinds.includes(kind));
  return {
    reads: all
      ? 'all'
      : new Set([...ALWAYS, 'RelatedPerson', 'Consent', ...named.flatMap((kind) => READS[kind])]),
    writes: new Set([
      ...ALWAYS_WRITES,
      ...named.flatMap((kind) => WRITES[kind]),
      ...(all ? WRITES.everything : []),
    ]),
  };
}

/** `timeZone`: the clinic's, in which the last day ends. */
export function relatedPerson(entrusted: Entrusted, since: string, timeZone: string): StoredPerson {
  const { id, patient, relation, given, family, email, until } = entrusted;
  const [code, display] = RELATIONS[relation];
  return {
    resourceType: 'RelatedPerson',
    id,
    active: true,
    identifier: [{ system: INVITED, value: id }],
    patient: { reference: `Patient/${patient}` },
    relationship: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code, display }] },
    ],
    name: [{ given: [given], family }],
    telecom: [{ system: 'email', value: email }],
    period: { start: since, end: endOfDayIn(timeZone, until) },
  } as StoredPerson;
}

export function consent(
  { id, patient, ...limits }: Entrusted,
  since: string,
  timeZone: string,
): StoredConsent {
  const self = { reference: `Patient/${patient}` };
  return {
    resourceType: 'Consent',
    id,
    status: 'active',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
    },
    category: [
      { coding: [{ system: 'http://loinc.org', code: '59284-0' }] },
      { coding: [{ system: INVITED, code: 'consent' }] },
    ],
    patient: self,
    dateTime: since,
    performer: [self],
    policyRule: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }],
    },
    provision: provisionOf(id, limits, timeZone),
  } as StoredConsent;
}

/** Everything is denied to them, but what is named. */
export function provisionOf(id: string, { kinds, until }: Limits, timeZone: string): Provision {
  const end = endOfDayIn(timeZone, until);
  const actor = [
    {
      role: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }],
      },
      reference: { reference: `RelatedPerson/${id}` },
    },
  ];
  const permit = (actions: readonly string[], what: object) => ({
    type: 'permit',
    period: { end },
    actor,
    action: actions.map((code) => ({ coding: [{ system: ACTIONS, code }] })),
    ...what,
  });
  const classes = (types: Iterable<string>) => ({
    class: [...types].map((code) => ({ system: TYPES, code })),
  });
  const { reads, writes } = typesOf(kinds);
  const own = [`RelatedPerson/${id}`, `Consent/${id}`];
  const provision = [
    permit(['access'], {
      data: own.map((reference) => ({ meaning: 'instance', reference: { reference } })),
    }),
    permit(
      ['access'],
      reads === 'all'
        ? {}
        : classes([...reads].filter((type) => !['RelatedPerson', 'Consent'].includes(type))),
    ),
    permit(['access', 'collect', 'correct'], classes(writes)),
    ...(kinds.includes('protected')
      ? [permit(['access'], { securityLabel: ['R', 'V'].map((code) => ({ system: CONFIDENTIALITY, code })) })]
      : []),
  ];
  return { type: 'deny', actor, provision } as Provision;
}

/** As the two resources say it now; undefined for somebody who was not invited, or whose Consent says nothing that these pages know. */
export function entrustedOf(
  person: StoredPerson,
  consented: StoredConsent | undefined,
): Entrusted | undefined {
  if (!isInvited(person) || consented?.status !== 'active') return undefined;
  const patient = patientOf(person);
  if (patient === undefined || consented.patient?.reference !== `Patient/${patient}`) return undefined;
  const [name] = person.name ?? [];
  const code = person.relationship?.[0]?.coding?.[0]?.code;
  const relation = Object.entries(RELATIONS).find(([, [each]]) => each === code)?.[0] as Relation | undefined;
  return {
    id: person.id,
    patient,
    given: name?.given?.join(' ') ?? nameText(name) ?? '',
    family: name?.family ?? '',
    email: person.telecom?.find(({ system }) => system === 'email')?.value ?? '',
    relation: relation ?? 'relative',
    kinds: kindsOf(consented.provision),
    until: person.period?.end?.slice(0, 10) ?? '',
  };
}

export const isInvited = ({ identifier = [] }: StoredPerson): boolean =>
  identifier.some(({ system }) => system === INVITED);

function kindsOf({ provision: permitted = [] }: Provision = {}): readonly Kind[] {
  const types = new Set(permitted.flatMap((each) => (each.class ?? []).map(({ code }) => code)));
  const isProtected = permitted.some(({ securityLabel = [] }) => securityLabel.length > 0);
  const isAll = permitted.some((each) => !each.class && !each.data && !each.securityLabel);
  if (isAll) return isProtected ? ['everything', 'protected'] : ['everything'];
  return (['visits', 'messages', 'records'] as const).filter((kind) => types.has(READS[kind][0]));
}
