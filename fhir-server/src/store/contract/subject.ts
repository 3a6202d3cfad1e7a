import type { ResourceStore } from '../store.ts';

export interface Opened {
  readonly store: ResourceStore;
  /** The same store, as another process opens it whose clock says this. Absent: one process owns it. */
  readonly again?: (clock: () => number) => Promise<ResourceStore>;
  close(): Promise<void>;
}

/** An adapter that the contract suite is run on. */
export interface Subject {
  readonly name: string;
  /** False for a test server that lacks `$elemMatch` over documents: what needs it is announced as not run there. */
  readonly elementMatch?: boolean;
  /** A store with nothing in it. */
  open(): Promise<Opened>;
}
