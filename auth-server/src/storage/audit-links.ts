/** The audit log as a chain (@wellspring/serving/hash-chain), one row a link: what is hashed of an event, and where the chain of this process is. */
import { randomBytes } from 'node:crypto';
import { type Head, type Link, linkHash } from '@wellspring/serving/hash-chain';
import type { AuditEvent } from './storage.ts';

/** Rows of before there was a chain: linked once, in the order in which they were found. */
export const BEFORE = 'before';

export const auditText = ({ at, event, accountId, clientId, address, detail }: AuditEvent): string =>
  JSON.stringify([at, event, accountId ?? null, clientId ?? null, address ?? null, detail ?? null]);

export interface AuditChain {
  next(event: AuditEvent): Omit<Link, 'texts'>;
  /** The link is kept. */
  keep(link: Omit<Link, 'texts'>): void;
  /** Whether it was kept can't be known: a new stream is begun, so that no link of this one is missing or there twice. */
  lose(): void;
  heads(): readonly Head[];
}

/** `newest`: hash of the last row that anybody wrote; '' = there is none. */
export function createAuditChain(newest: string, name: string = newStream()): AuditChain {
  let stream = name;
  let last: Head = { stream, n: 0, hash: newest };
  return {
    next(event) {
      const [n, previous] = [last.n + 1, last.hash];
      return { stream, n, previous, hash: linkHash(stream, n, previous, [auditText(event)]) };
    },
    keep({ n, hash }) {
      last = { stream, n, hash };
    },
    lose() {
      stream = newStream();
      last = { stream, n: 0, hash: last.hash };
    },
    heads: () => (last.n === 0 ? [] : [last]),
  };
}

const newStream = (): string => randomBytes(6).toString('hex');
