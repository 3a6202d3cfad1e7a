/**
 * What `Group/$bulk-member-match` (Da Vinci PDex 2.2, https://hl7.org/fhir/us/davinci-pdex/STU2.2/payertopayerbulkexchange.html) was asked for, as it is kept with its job, and the
 * Groups that come of it.
 */
import type { Period } from '@wellspring/serving/time-zone';
import type { KeptAccess } from '../../access/standing.ts';
import type { ExportData } from '../bulk/export-order.ts';

export const MEMBER_MATCH = 'member-match';
/** The part of the job that holds what was handed in, as a JSON array of SubmittedMember. */
export const MEMBERS = 'members';

export const MATCH_RESULT = 'http://hl7.org/fhir/us/davinci-pdex/CodeSystem/PdexMultiMemberMatchResultCS';

export interface Identifier {
  readonly system?: string;
  readonly value?: string;
}
interface Coded {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}
export interface Named {
  readonly reference?: string;
  readonly identifier?: Identifier;
  readonly display?: string;
}

export interface Member {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

export interface MemberCoverage {
  readonly resourceType: string;
  readonly id?: string;
  readonly subscriberId?: string;
  readonly identifier?: readonly Identifier[];
  readonly [element: string]: unknown;
}

/** HRex Consent (http://hl7.org/fhir/us/davinci-hrex/StructureDefinition/hrex-consent), as far as it is looked at. */
export interface MemberConsent {
  readonly status?: string;
  readonly patient?: Named;
  readonly scope?: Coded;
  readonly policy?: readonly { readonly uri?: string }[];
  readonly provision?: {
    readonly type?: string;
    readonly period?: Period;
    readonly action?: readonly Coded[];
    readonly actor?: readonly { readonly role?: Coded; readonly reference?: Named }[];
    readonly [element: string]: unknown;
  };
}

/** `today`: YYYY-MM-DD; a bound as exact as it was written, and none where there is none. */
export const coversDay = ({ start, end }: Period, today: string): boolean =>
  (!start || start.slice(0, today.length) <= today) && (!end || end >= today.slice(0, end.length));

export interface SubmittedMember {
  readonly patient: Member;
  readonly coverage: MemberCoverage;
  readonly consent: MemberConsent;
}

/** Told of like an export: its manifest, its file, its end. */
export interface MemberMatchData extends ExportData {
  readonly access: KeptAccess;
}

/** Is it one that `$bulk-member-match` made of those who match? What leaves the house by it is bound by their consents. */
export const isMatchGroup = ({ code }: { readonly code?: Coded }): boolean =>
  (code?.coding ?? []).some((each) => each.system === MATCH_RESULT && each.code === 'match');
