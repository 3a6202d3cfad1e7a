import type { AccessContext } from '../../access/access-context.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { Find } from '../references.ts';
import type { RepositoryOptions } from '../repository-options.ts';
import type { OwnerReach } from '../whose/owner-reach.ts';

/** What a write is prepared with: where it goes, who asks, and what they may find. */
export interface Preparation {
  readonly store: ResourceStore;
  readonly options: RepositoryOptions;
  readonly access: AccessContext;
  readonly find: Find;
  /** Whose Patients are within reach: what was asked a moment ago is known (owner-reach.ts). */
  readonly reach: OwnerReach;
}
