/** What one request touched, gathered by the repository call by call, and written to the audit log before the answer leaves. */
import type { AuditRow } from './audit-log.ts';

export type Touched = Pick<AuditRow, 'action' | 'interaction' | 'type' | 'patients'> &
  Partial<Pick<AuditRow, 'id' | 'version' | 'query' | 'purpose' | 'reason'>>;

export interface Trail {
  note(touched: Touched): void;
  readonly touched: readonly Touched[];
}

export function createTrail(): Trail {
  const touched: Touched[] = [];
  return {
    touched,
    note(each) {
      touched.push(each);
    },
  };
}
