/** What the audit log's tests write into it, and what they see there. */
import type { AuditLog, AuditRow } from './audit-log.ts';

export const row = (requestId: string, more: Partial<AuditRow> = {}): AuditRow => ({
  at: Date.now(),
  action: 'R',
  interaction: 'read',
  status: 200,
  type: 'Observation',
  patients: ['ana'],
  subject: 'doc',
  client: 'ehr',
  requestId,
  ...more,
});

export const seen = async (log: AuditLog): Promise<string[]> =>
  (await log.search({ count: 100 })).rows.map(({ requestId }) => requestId).toSorted();
