/** What one request touched, gathered by the repository call by call, and written to the audit log before the answer leaves. */
import { type AuditRow, type Writer, writtenBy } from './audit-log.ts';

export type Touched = Pick<AuditRow, 'action' | 'interaction' | 'type' | 'patients'> &
  Partial<Pick<AuditRow, 'id' | 'version' | 'query' | 'labels' | 'purpose' | 'reason' | 'status'>>;

const ACTIONS: Readonly<Record<string, AuditRow['action']>> = {
  GET: 'R',
  HEAD: 'R',
  POST: 'C',
  PUT: 'U',
  PATCH: 'U',
  DELETE: 'D',
};

/** A request that touched nothing, or was refused: its own row. */
export const attempted = (method: string, pattern: string, type: string, id: string): Touched => ({
  action: /\$/.test(pattern) ? 'E' : (ACTIONS[method] ?? 'E'),
  interaction: pattern,
  type,
  patients: [],
  ...(id === '' ? {} : { id }),
});

export interface Trail {
  note(touched: Touched): void;
  readonly touched: readonly Touched[];
  /** Who writes: for the store, which keeps it with each version (`ResourceStore.transact`). */
  readonly by: string;
  /** Something was written with `by`: its rows are kept already. */
  accounted(): void;
  readonly isAccounted: boolean;
}

export function createTrail(writer: Writer): Trail {
  const touched: Touched[] = [];
  let isAccounted = false;
  return {
    touched,
    note(each) {
      touched.push(each);
    },
    get by() {
      return writtenBy(writer);
    },
    accounted() {
      isAccounted = true;
    },
    get isAccounted() {
      return isAccounted;
    },
  };
}
