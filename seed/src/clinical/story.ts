/** The story of one patient, as data: what happened, when, and how values moved. The domain files turn it into FHIR. */
import type { TimingRepeat } from '@medplum/fhirtypes';
import type { DiagnosisKey } from '../codes/diagnoses.ts';
import type { DrugKey } from '../codes/drugs.ts';
import type { LabPanelKey } from '../codes/lab-panels.ts';
import type { LabTestKey } from '../codes/lab-tests.ts';
import type { VaccineKey } from '../codes/vaccines.ts';
import type { Calendar, Moment } from './calendar.ts';
import type { Code } from './coding.ts';
import type { PayerId, PharmacyId } from './directory.ts';
import type { ClinicianId } from './practitioners.ts';
import type { Random } from './random.ts';
import type { Trajectory } from './trajectory.ts';

/** What every domain file needs besides the story. */
export interface World {
  readonly calendar: Calendar;
  readonly random: Random;
}

export interface PatientStory {
  readonly id: string;
  /** The short name used inside ids. */
  readonly key: string;
  readonly given: readonly [string, ...string[]];
  readonly family: string;
  readonly gender: 'female' | 'male';
  readonly birthDate: string;
  readonly race: Code;
  readonly ethnicity?: Code;
  readonly language: Code;
  readonly interpreter?: boolean;
  readonly marital?: Code;
  readonly phone: string;
  readonly email?: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly emergency: EmergencyContact;
  readonly coverage: {
    readonly payer: PayerId;
    readonly plan: string;
    readonly member: string;
    readonly group: string;
    readonly since: string;
  };
  readonly pharmacy: PharmacyId;
  readonly careTeam: readonly [ClinicianId, ...ClinicianId[]];
  readonly smoking?: Code;
  readonly occupation?: string;
  readonly problems: readonly Problem[];
  readonly allergies: readonly Allergy[];
  readonly immunizations: readonly Vaccination[];
  readonly visits: readonly Visit[];
  readonly vitals: Vitals;
  readonly draws: readonly LabDraw[];
  /** How this person's laboratory values move; a test without one keeps the person's own usual value. */
  readonly labTrajectories?: Partial<Record<LabTestKey, Trajectory>>;
  /** Treatment targets that stand in for the laboratory's range, e.g. the INR under warfarin. */
  readonly labTargets?: Partial<
    Record<
      LabTestKey,
      { readonly low: number; readonly high: number; readonly from: string; readonly until?: string }
    >
  >;
  readonly otherResults?: readonly OtherResult[];
  readonly studies?: readonly Study[];
  readonly prescriptions: readonly Prescription[];
  readonly ownMedicines?: readonly OwnMedicine[];
  readonly procedures?: readonly DoneProcedure[];
  readonly goals?: readonly CareGoal[];
  readonly plan?: CarePlanStory;
  readonly familyHistory?: readonly FamilyMember[];
  readonly threads?: readonly Thread[];
  readonly appointments?: readonly PlannedVisit[];
  readonly questionnaires?: readonly FilledQuestionnaire[];
  readonly toDo?: readonly ToDo[];
  readonly refillRequests?: readonly RefillRequest[];
  readonly documents?: readonly StoryDocument[];
  readonly proxies?: readonly ProxyPerson[];
  readonly bills?: readonly Bill[];
}

interface EmergencyContact {
  readonly given: string;
  readonly family: string;
  readonly phone: string;
  /** v2-0131 contact role or v3 role. */
  readonly relationship: Code;
}

export interface Problem {
  readonly diagnosis: DiagnosisKey;
  readonly onset: string;
  readonly abated?: string;
  readonly note?: string;
}

export interface Allergy {
  readonly slug: string;
  readonly system: 'snomed' | 'rxnorm';
  readonly code: Code;
  readonly text: string;
  readonly category: 'food' | 'medication' | 'environment';
  readonly reaction: Code;
  readonly severity: 'mild' | 'moderate' | 'severe';
  readonly since: string;
}

export interface Vaccination {
  readonly vaccine: VaccineKey;
  readonly date: string;
  readonly elsewhere?: boolean;
}

export type VisitType =
  | 'office'
  | 'checkup'
  | 'wellChild'
  | 'prenatal'
  | 'urgent'
  | 'video'
  | 'nurse'
  | 'specialist';

export interface Visit {
  readonly when: Moment;
  readonly time?: string;
  readonly type: VisitType;
  readonly clinician: ClinicianId;
  readonly reasons: readonly DiagnosisKey[];
  readonly reasonText?: string;
  /** Acute diagnoses made at the visit. */
  readonly diagnoses?: readonly DiagnosisKey[];
  readonly note?: readonly string[];
}

export interface Vitals {
  readonly systolic?: Trajectory;
  readonly diastolic?: Trajectory;
  readonly heartRate: Trajectory;
  readonly weight: Trajectory;
  readonly height: Trajectory;
  readonly oxygen?: Trajectory;
  readonly temperature?: Trajectory;
  readonly headCircumference?: Trajectory;
  /** Blood pressures the patient measured at home. */
  readonly home?: readonly { readonly when: Moment; readonly time: string }[];
}

export interface LabDraw {
  readonly when: Moment;
  readonly time?: string;
  readonly panels: readonly LabPanelKey[];
  readonly clinician: ClinicianId;
  /** The clinician's words on a panel. */
  readonly comments?: Partial<Record<LabPanelKey, string>>;
  readonly preliminary?: boolean;
}

export interface OtherResult {
  readonly slug: string;
  readonly when: Moment;
  readonly time?: string;
  readonly code: Code;
  readonly name: string;
  readonly value: { readonly text: string } | { readonly finding: Code; readonly words: string };
  readonly flag?: 'N' | 'A' | 'AA' | 'POS' | 'NEG';
  readonly expected?: string;
  readonly clinician: ClinicianId;
  readonly conclusion?: string;
  /** Further lines of the same report, e.g. of a urine test strip. */
  readonly members?: readonly {
    readonly slug: string;
    readonly code: Code;
    readonly name: string;
    readonly words: string;
    readonly finding?: Code;
    readonly flag: 'N' | 'A';
    readonly expected: string;
  }[];
}

export interface Study {
  readonly slug: string;
  readonly when: Moment;
  readonly time?: string;
  readonly code: Code;
  readonly title: string;
  readonly category: 'radiology' | 'cardiology' | 'pathology';
  readonly orderedBy: ClinicianId;
  readonly readBy: ClinicianId;
  readonly reason: string;
  readonly findings: readonly string[];
  readonly impression: string;
  readonly pdf?: boolean;
  readonly image?: boolean;
}

export interface Prescription {
  readonly slug: string;
  readonly drug: DrugKey;
  readonly start: Moment;
  readonly end?: { readonly date: string; readonly status: 'stopped' | 'completed'; readonly why?: string };
  readonly clinician: ClinicianId;
  readonly reason: DiagnosisKey;
  readonly text: string;
  readonly dose: number;
  readonly perDay: number;
  /** HL7 event timings, e.g. MORN, CM (with meals). */
  readonly when?: readonly NonNullable<TimingRepeat['when']>[number][];
  readonly asNeeded?: boolean;
  readonly supplyDays: number;
  readonly refills: number;
  /** When it was last handed over; earlier fills lie one supply apart. */
  readonly lastFill?: Moment;
  readonly fills?: number;
  readonly follows?: string;
}

export interface OwnMedicine {
  readonly slug: string;
  readonly drug: DrugKey;
  readonly text: string;
  readonly since: string;
  readonly until?: string;
}

export interface DoneProcedure {
  readonly slug: string;
  readonly date: string;
  readonly code: Code;
  readonly text: string;
  readonly clinician: ClinicianId;
  readonly reason?: DiagnosisKey;
}

export interface CareGoal {
  readonly slug: string;
  readonly text: string;
  readonly start: string;
  readonly measure?: {
    readonly code: Code;
    readonly high?: number;
    readonly low?: number;
    readonly unit: string;
  };
  readonly due?: string;
  readonly achievement: 'in-progress' | 'improving' | 'achieved';
  readonly addresses: readonly DiagnosisKey[];
}

export interface CarePlanStory {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly since: string;
  readonly activities?: readonly PlanActivity[];
}

export interface PlanActivity {
  readonly slug: string;
  readonly text: string;
  /** How often; without it, once. */
  readonly every?: { readonly frequency: number; readonly period: number; readonly unit: 'd' | 'wk' | 'a' };
  /** Something that is not to be done. */
  readonly isToAvoid?: true;
  /** Of the care team's, who does it; without it, the patient. */
  readonly by?: ClinicianId;
  readonly goal?: string;
}

export interface FamilyMember {
  readonly slug: string;
  readonly relationship: Code;
  readonly name: string;
  readonly conditions: readonly { readonly diagnosis: DiagnosisKey; readonly age: number }[];
  readonly deceased?: boolean;
}

export interface Message {
  readonly from: ClinicianId | 'patient' | 'proxy';
  readonly when: Moment;
  readonly time: string;
  readonly text: string;
  readonly read?: boolean;
  readonly attachment?: { readonly title: string; readonly lines: readonly string[] };
}

export interface Thread {
  readonly slug: string;
  readonly subject: string;
  readonly topic?: Code;
  readonly status: 'in-progress' | 'completed';
  readonly with: readonly [ClinicianId, ...ClinicianId[]];
  readonly messages: readonly [Message, ...Message[]];
}

export interface PlannedVisit {
  readonly slug: string;
  readonly when: Moment;
  readonly time: string;
  readonly minutes: number;
  readonly clinician: ClinicianId;
  readonly reason: string;
  readonly type: 'CHECKUP' | 'FOLLOWUP' | 'ROUTINE';
  readonly status: 'booked' | 'proposed' | 'fulfilled' | 'cancelled' | 'noshow';
  readonly video?: boolean;
  readonly instructions?: string;
  readonly diagnosis?: DiagnosisKey;
}

export interface FilledQuestionnaire {
  readonly questionnaire: 'phq-9' | 'gad-7';
  readonly when: Moment;
  readonly time?: string;
  /** Answers 0–3 in the order of the questions. */
  readonly answers: readonly number[];
  readonly clinician: ClinicianId;
}

export interface ToDo {
  readonly slug: string;
  readonly questionnaire: 'phq-9' | 'gad-7' | 'pre-visit';
  readonly text: string;
  readonly authored: Moment;
  readonly due: Moment;
  readonly clinician: ClinicianId;
}

export interface RefillRequest {
  readonly slug: string;
  readonly prescription: string;
  readonly when: Moment;
  readonly time: string;
  readonly status: 'requested' | 'in-progress' | 'completed';
  readonly note?: string;
  readonly clinician: ClinicianId;
}

export interface StoryDocument {
  readonly slug: string;
  readonly when: Moment;
  readonly type: Code;
  readonly title: string;
  readonly lines: readonly string[];
  readonly clinician: ClinicianId;
}

export interface ProxyPerson {
  readonly id: string;
  readonly given: string;
  readonly family: string;
  readonly gender: 'female' | 'male';
  readonly birthDate: string;
  readonly relationship: Code;
  readonly phone: string;
  readonly email: string;
}

export interface Bill {
  /** As it stands on the bill. */
  readonly number: string;
  readonly when: Moment;
  readonly visit: Moment;
  readonly clinician: ClinicianId;
  readonly lines: readonly BillLine[];
  readonly isPaid?: boolean;
}

/** Amounts in US dollars: what is charged, and how much of it the insurance pays. */
export interface BillLine {
  readonly text: string;
  readonly charge: number;
  readonly insurance: number;
}
