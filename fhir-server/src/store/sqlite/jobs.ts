/** What the writer is asked for, and what it answers: plain data, since it may be in another thread or process. */
import type { IndexEntries } from '../../search/index-entry.ts';
import type { LogEnd, StoredVersion, StoreFault, WriteOperation, WriteResult } from '../store.ts';

export type Job =
  | {
      readonly kind: 'transact';
      readonly operations: readonly WriteOperation[];
      readonly by: string | undefined;
    }
  /** Answer: how many notes changed. `expected` absent: whatever it is. */
  | {
      readonly kind: 'note';
      readonly name: string;
      readonly value: string | undefined;
      readonly expected?: { readonly value: string | undefined };
    }
  /** What uses it waits (holds.ts); answered when all that was asked before is done. */
  | { readonly kind: 'hold'; readonly name: string; readonly mark: string }
  | { readonly kind: 'let-go'; readonly mark: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'remake'; readonly resources: readonly Remade[] }
  | { readonly kind: 'remade' };

/** What a resource is found by, made anew from its last live version. */
export interface Remade {
  readonly rid: number;
  readonly type: string;
  readonly lastUpdated: number;
  readonly entries: IndexEntries;
}

/** A written version without its body, which the asker has; one that was found comes whole. */
export type Fact =
  | WriteResult
  | (Omit<WriteResult, 'version'> & { readonly version: Omit<StoredVersion, 'body'> });

export type Answer = readonly Fact[] | number | LogEnd | undefined;

export type Outcome =
  | { readonly answer: Answer }
  | {
      readonly fault: {
        readonly name: StoreFault;
        readonly index: number;
        readonly subject: string | undefined;
      };
    }
  /** Whatever else went wrong. */
  | { readonly failed: string };
