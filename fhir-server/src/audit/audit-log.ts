/**
 * The audit log: who did what to whose record, in rows that can only be added to. Rows written together make a batch; each batch holds the
 * hash of the one before, so that a row that was changed, left out or moved is found by `verify` (docs/SECURITY.md).
 */
import { randomUUID } from 'node:crypto';
import type { ChainReport, Head } from '@wellspring/serving/hash-chain';

/** One access. Times in milliseconds. */
export interface AuditRow {
  readonly at: number;
  /** https://hl7.org/fhir/R4/valueset-audit-event-action.html */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  /** FHIR's name of the interaction or operation: `read`, `search-type`, `$everything`. */
  readonly interaction: string;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly type: string;
  readonly id?: string;
  readonly version?: number;
  /** Patients (ids) whose record it touched. */
  readonly patients: readonly string[];
  /** Account or client. */
  readonly subject: string;
  readonly client: string;
  /** `Practitioner/x`: the person as FHIR knows them. */
  readonly fhirUser?: string;
  /** Of a search: what was asked. */
  readonly query?: string;
  /** Of what names no resource: the labels that all of what was found has (labelsOf in access/labels.ts). */
  readonly labels?: readonly string[];
  /** https://hl7.org/fhir/R4/v3/PurposeOfUse/vs.html, where it is not treatment as usual; and why, in the person's own words. */
  readonly purpose?: string;
  readonly reason?: string;
  readonly requestId: string;
}

export interface StoredAuditRow extends AuditRow {
  /** Random: a number would tell a reader how much else is going on. */
  readonly auditId: string;
}

/** What rows are looked at: every one of these conditions that is given holds. A list is of what any is enough of. */
export interface AuditFilter {
  /** About one of these patients. */
  readonly patients?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly actions?: readonly string[];
  readonly interactions?: readonly string[];
  readonly failed?: boolean;
  /** `Type/id` of what was touched, of a patient whose record it was, or of who did it: one of each list. */
  readonly named?: readonly (readonly string[])[];
  /** `Type/id` of people: not what one of them did. */
  readonly notBy?: readonly string[];
  readonly auditIds?: readonly string[];
}

export interface AuditQuery extends AuditFilter {
  readonly count: number;
  /** Oldest first, instead of newest first. */
  readonly ascending?: boolean;
  /** Id of the last row of the page before. */
  readonly after?: string;
}

export interface AuditPage {
  /** In order of time. */
  readonly rows: readonly StoredAuditRow[];
  readonly next: string | undefined;
}

/** A version that was written, with who wrote it: kept by the store in the commit of the version itself. */
export interface AccountedWrite {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: number;
  readonly method: 'create' | 'update-create' | 'update' | 'delete';
  readonly patients: readonly string[];
  /** As `writtenBy` made it. */
  readonly by: string;
}

/** Where the log gets the rows of what was written from: the store. */
export interface WriteSource {
  /** How another thread reads the same, where there is a thread for it: a module that exports `openSource`, and what that is given. */
  readonly elsewhere?: SourceElsewhere;
  /** From a position of its change log on, `limit` versions at most looked at. `position`: go on from there; undefined: that was all. */
  writes(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly writes: readonly AccountedWrite[]; readonly position: string | undefined }>;
}

export interface SourceElsewhere {
  /** URL of the module. */
  readonly module: string;
  readonly file: string;
}

export type OpenSource = (file: string) => WriteSource & { close(): void };

/** What the rows of one request have in common. */
export type Writer = Pick<AuditRow, 'subject' | 'client' | 'fhirUser' | 'requestId'>;

/** The text that a store keeps with what is written: so no version is without its row, whatever happens after the commit. */
export const writtenBy = ({ subject, client, fhirUser, requestId }: Writer): string =>
  JSON.stringify({ subject, client, fhirUser, requestId });

const ACCOUNTS = {
  create: { action: 'C', interaction: 'create', status: 201 },
  'update-create': { action: 'C', interaction: 'create', status: 201 },
  update: { action: 'U', interaction: 'update', status: 200 },
  delete: { action: 'D', interaction: 'delete', status: 204 },
} as const;

export function rowOfWrite({
  lastUpdated,
  method,
  type,
  id,
  version,
  patients,
  by,
}: AccountedWrite): AuditRow {
  const writer = JSON.parse(by) as Writer;
  return { at: lastUpdated, ...ACCOUNTS[method], type, id, version, patients, ...writer };
}

/** A row as it is kept: its id is part of what the chain keeps. It is added to the text, since a copy of the row that has it takes longer to be written than the row itself. */
export const rowText = (row: AuditRow, auditId: string): string =>
  `${JSON.stringify(row).slice(0, -1)},"auditId":${JSON.stringify(auditId)}}`;

export interface AuditLog {
  /** Resolves when the rows are kept. What is written needs none: see WriteSource. */
  append(rows: readonly AuditRow[]): Promise<void>;
  search(query: AuditQuery): Promise<AuditPage>;
  /** Recomputes every chain, and holds it against ends that were sent elsewhere. */
  verify(anchors?: readonly Head[]): Promise<ChainReport>;
  /** Where the chains end that this process wrote to. */
  heads(): readonly Head[];
  close(): Promise<void>;
}

/**
 * Ids in order of time and, within a millisecond, in the order they are made (RFC 9562, version 7, section 6.2, method 1), so that their index grows at its end:
 * at random places, each row dirtied a page of its own. They tell when, which the event tells anyway, and not how many: the counter goes in random steps.
 * `after`: the id that they follow.
 */
export function createAuditIds(after?: string): (at: number) => string {
  let last = after === undefined ? 0 : Number.parseInt(after.slice(0, 13).replace('-', ''), 16);
  let counter = after === undefined ? 0 : Number.parseInt(after.slice(15, 18), 16);
  return (at) => {
    const step = 1 + Math.floor(Math.random() * 4);
    counter = at === last ? Math.min(counter + step, 0xfff) : step;
    last = at;
    const time = at.toString(16).padStart(12, '0').slice(-12);
    const place = counter.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${place}${randomUUID().slice(18)}`;
  };
}
