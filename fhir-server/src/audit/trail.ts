/** What one request touched, gathered by the repository call by call, and written to the audit log before the answer leaves. */
import { type AuditRow, type Writer, writtenBy } from './audit-log.ts';

export type Touched = Pick<AuditRow, 'action' | 'interaction' | 'type' | 'patients'> &
  Partial<Pick<AuditRow, 'id' | 'version' | 'query' | 'labels' | 'purpose' | 'reason' | 'status'>>;

type Deed = readonly [action: AuditRow['action'], interaction: string];

const DEEDS: Readonly<Record<string, Deed>> = {
  GET: ['R', 'read'],
  HEAD: ['R', 'read'],
  POST: ['C', 'create'],
  PUT: ['U', 'update'],
  PATCH: ['U', 'patch'],
  DELETE: ['D', 'delete'],
};

/** Last parts of routes that are of one kind, whichever way they are asked. */
const READS: Readonly<Record<string, string>> = { metadata: 'capabilities', ':version': 'vread' };

/**
 * What was asked for, by the name that it has among https://hl7.org/fhir/R4/valueset-restful-interaction.html; an operation by its route. A search is none of a type that is added to when it
 * is sent by POST. A Bundle that was refused as a whole may have been either of the two that are sent to the same address.
 */
function deedOf(method: string, pattern: string): Deed {
  if (pattern.includes('$')) return ['E', pattern];
  const last = pattern.split('/').at(-1) ?? '';
  const isAsked = method === 'GET' || method === 'HEAD';
  if (pattern === '') return isAsked ? ['E', 'search-system'] : ['E', 'transaction'];
  if (pattern === '_search') return ['E', 'search-system'];
  if (last === '_history')
    return ['R', `history-${pattern === last ? 'system' : pattern.includes(':id') ? 'instance' : 'type'}`];
  const read = READS[last];
  if (read !== undefined) return ['R', read];
  if (last === '_search' || (isAsked && last !== ':id')) return ['E', 'search-type'];
  return DEEDS[method] ?? ['E', pattern];
}

/** `AuditEvent/:id` is of the type that it names. */
const TYPED = /^[A-Z][A-Za-z]+/;

/** A request that touched nothing, or was refused: its own row. */
export function attempted(method: string, pattern: string, type: string, id: string): Touched {
  const [action, interaction] = deedOf(method, pattern);
  const named = type === '' ? (TYPED.exec(pattern)?.[0] ?? '') : type;
  return { action, interaction, type: named, patients: [], ...(id === '' ? {} : { id }) };
}

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
