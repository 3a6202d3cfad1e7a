/** What an export was asked for, as it is kept with its job (https://hl7.org/fhir/uv/bulkdata/STU3/export.html), and what has been made of it. */
import type { Issue } from '@wellspring/profiles';
import type { MemberFilter } from '../group-members.ts';

export type ExportLevel = 'system' | 'patient' | 'group';

export interface ExportedType {
  readonly type: string;
  /** What the token reads of it, as text of a query tree (search/query-text.ts). */
  readonly granted: string;
  /** What is exported of it: that, and one of its `_typeFilter`. */
  readonly where: string;
}

export interface ExportOrder {
  readonly level: ExportLevel;
  /** URL of the kick-off. */
  readonly request: string;
  readonly types: readonly ExportedType[];
  /** Milliseconds: changed after, changed before. */
  readonly since?: number;
  readonly until?: number;
  /** `id` or `Patient.id`. */
  readonly elements: readonly string[];
  readonly organizedBy?: 'Patient';
  readonly allowsPartial: boolean;
  /** Prefer: separate-export-status. */
  readonly separateStatus: boolean;
  /** Which Provenances: all that are about what the level reaches, or those of what is exported. */
  readonly provenance: 'all' | 'relevant' | 'latest';
  /** Whether the patients are listed, in the job's part PATIENTS. */
  readonly listed: boolean;
  /** What a Group's members must have, all of it. */
  readonly memberFilters: readonly MemberFilter[];
  /** What the client is told of the order in the error file. */
  readonly notices: readonly Issue[];
}

export const EXPORT = 'export';
/** Ids, as a JSON array. */
export const PATIENTS = 'patients';

export interface ExportedFile {
  /** Without the folder. */
  readonly name: string;
  readonly list: 'output' | 'deleted' | 'error';
  readonly type: string;
  /** Lines. */
  readonly count: number;
  /** As it lies on the disk (gzip), and as text. */
  readonly bytes: number;
  readonly size: number;
}

export interface ExportData {
  readonly order: ExportOrder;
  /** transactionTime in milliseconds; undefined: not begun. */
  readonly time?: number;
  /** Which type it is at, and after which id. */
  readonly at: number;
  readonly after?: string;
  readonly resources: number;
  readonly files: readonly ExportedFile[];
}

/** Types that go with patients' records so that these can be understood: who, where, which medicine. They go whole. */
export const SUPPORTING: ReadonlySet<string> = new Set([
  'HealthcareService',
  'Location',
  'Medication',
  'Organization',
  'Practitioner',
  'PractitionerRole',
]);
