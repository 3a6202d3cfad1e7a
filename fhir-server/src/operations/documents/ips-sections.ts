/**
 * The sections of an International Patient Summary (HL7 IPS 2.0 and 1.1, Composition): what each is called, which resources it lists, and what stands there when a
 * section that must be there has none.
 */
import type { ResourceJson } from '../../repository/text/resource-text.ts';

export interface SectionPart {
  readonly type: string;
  /** Search parameters besides `patient`. */
  readonly query: readonly (readonly [string, string])[];
  /** Which of what was found belongs here. */
  readonly keeps?: (resource: ResourceJson) => boolean;
  /** Of each code the newest only. */
  readonly isNewestOnly?: boolean;
}

export interface IpsSection {
  readonly title: string;
  /** LOINC, and its name. */
  readonly code: string;
  readonly display: string;
  readonly parts: readonly SectionPart[];
  /** Of a section that is never left out: the resource that says that nothing is known (IPS 2.0, Empty Sections and Missing Data). */
  readonly unknown?: (patient: object, code: object) => ResourceJson;
}

interface Concept {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}

export const UNKNOWN_TIME = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
} as const;

const codesOf = (value: unknown): string[] =>
  ((value as Concept | undefined)?.coding ?? []).flatMap(({ code }) => code ?? []);
const hasCode = (value: unknown, ...codes: readonly string[]): boolean =>
  codesOf(value).some((code) => codes.includes(code));
const clinical = (type: string): object => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${type}-clinical`, code: 'active' }],
});

const isRefuted = ({ verificationStatus }: ResourceJson): boolean =>
  hasCode(verificationStatus, 'refuted', 'entered-in-error');
const isPast = (resource: ResourceJson): boolean =>
  hasCode(resource.clinicalStatus, 'inactive', 'remission', 'resolved') ||
  (resource.clinicalStatus === undefined &&
    Object.keys(resource).some((element) => element.startsWith('abatement')));
/** A panel without a value of its own tells nothing that its members do not tell; that there is no value, and why, is told. */
const tells = (resource: ResourceJson): boolean =>
  resource.component !== undefined ||
  resource.dataAbsentReason !== undefined ||
  Object.keys(resource).some((element) => element.startsWith('value'));

/** What was only proposed or planned, or is one of several options, nobody takes (R4, MedicationRequest.intent: a modifier). */
const ORDERED = ['intent', 'order,original-order,reflex-order,filler-order,instance-order'] as const;
/** What somebody suggested, or one of several options, is no plan yet (R4, CarePlan.intent: a modifier). */
const PLANNED = ['intent', 'plan,order'] as const;

const REPORTED = ['status', 'final,amended,corrected'] as const;
const observations = (...query: SectionPart['query']): SectionPart => ({
  type: 'Observation',
  query: [REPORTED, ...query],
  keeps: tells,
  isNewestOnly: true,
});

/** LOINC: pregnancy status, estimated delivery dates, outcomes (IPS value sets pregnancy-status, edd-method, pregnancies-summary). */
const PREGNANCY =
  '82810-3,11778-8,11779-6,11780-4,11636-8,11637-6,11638-4,11639-2,11640-0,11612-9,11613-7,11614-5,33065-4';

export const IPS_SECTIONS: readonly IpsSection[] = [
  {
    title: 'Allergies and intolerances',
    code: '48765-2',
    display: 'Allergies and adverse reactions Document',
    parts: [
      {
        type: 'AllergyIntolerance',
        query: [],
        keeps: (each) => !isRefuted(each) && !hasCode(each.clinicalStatus, 'resolved'),
      },
    ],
    unknown: (patient, code) => ({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: clinical('allergyintolerance'),
      code,
      patient,
    }),
  },
  {
    title: 'Medications',
    code: '10160-0',
    display: 'History of Medication use Narrative',
    parts: [
      {
        type: 'MedicationRequest',
        query: [['status', 'active,on-hold'], ORDERED],
        keeps: ({ doNotPerform }) => doNotPerform !== true,
      },
      { type: 'MedicationStatement', query: [['status', 'active,intended,on-hold']] },
    ],
    unknown: (subject, medicationCodeableConcept) => ({
      resourceType: 'MedicationStatement',
      status: 'unknown',
      medicationCodeableConcept,
      subject,
      _effectiveDateTime: UNKNOWN_TIME,
    }),
  },
  {
    title: 'Problems',
    code: '11450-4',
    display: 'Problem list - Reported',
    parts: [{ type: 'Condition', query: [], keeps: (each) => !isRefuted(each) && !isPast(each) }],
    unknown: (subject, code) => ({
      resourceType: 'Condition',
      clinicalStatus: clinical('condition'),
      code,
      subject,
    }),
  },
  {
    title: 'Alerts',
    code: '104605-1',
    display: 'Alert',
    parts: [{ type: 'Flag', query: [], keeps: ({ status }) => status === 'active' }],
  },
  {
    title: 'Immunizations',
    code: '11369-6',
    display: 'History of Immunization note',
    parts: [{ type: 'Immunization', query: [['status', 'completed']] }],
  },
  {
    title: 'Procedures',
    code: '47519-4',
    display: 'History of Procedures Document',
    parts: [{ type: 'Procedure', query: [['status', 'completed,in-progress']] }],
  },
  {
    title: 'Medical devices',
    code: '46264-8',
    display: 'History of medical device use',
    parts: [
      {
        type: 'DeviceUseStatement',
        query: [],
        keeps: ({ status }) => ['active', 'completed', 'on-hold'].includes(String(status)),
      },
      {
        type: 'Device',
        query: [],
        keeps: ({ status }) => !['entered-in-error', 'inactive'].includes(String(status)),
      },
    ],
  },
  {
    title: 'Results',
    code: '30954-2',
    display: 'Relevant diagnostic tests/laboratory data note',
    parts: [
      observations(['category', 'laboratory']),
      { type: 'DiagnosticReport', query: [REPORTED], isNewestOnly: true },
    ],
  },
  {
    title: 'Vital signs',
    code: '8716-3',
    display: 'Vital signs note',
    parts: [observations(['category', 'vital-signs'])],
  },
  {
    title: 'Past problems',
    code: '11348-0',
    display: 'History of Past illness note',
    parts: [{ type: 'Condition', query: [], keeps: (each) => !isRefuted(each) && isPast(each) }],
  },
  {
    title: 'Social history',
    code: '29762-2',
    display: 'Social history note',
    parts: [observations(['category', 'social-history'])],
  },
  {
    title: 'Pregnancies',
    code: '10162-6',
    display: 'History of pregnancies Narrative',
    parts: [observations(['code', PREGNANCY])],
  },
  {
    title: 'Advance directives',
    code: '42348-3',
    display: 'Advance healthcare directives',
    parts: [{ type: 'Consent', query: [['status', 'active']], keeps: ({ scope }) => hasCode(scope, 'adr') }],
  },
  {
    title: 'Plan of care',
    code: '18776-5',
    display: 'Plan of care note',
    parts: [{ type: 'CarePlan', query: [['status', 'active'], PLANNED] }],
  },
  {
    title: 'Insurance',
    code: '48768-6',
    display: 'Payment sources Document',
    parts: [{ type: 'Coverage', query: [['status', 'active']] }],
  },
];
