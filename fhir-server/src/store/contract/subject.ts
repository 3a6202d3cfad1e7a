import type { ResourceStore } from '../store.ts';

/** An adapter that the contract suite is run on. */
export interface Subject {
  readonly name: string;
  /** False for a test server that lacks `$elemMatch` over documents: what needs it is announced as not run there. */
  readonly elementMatch?: boolean;
  /** A store with nothing in it. */
  open(): Promise<{ readonly store: ResourceStore; close(): Promise<void> }>;
}
