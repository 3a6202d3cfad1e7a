/** What the repository is told by the configuration. */
import type { Unchecked } from '@wellspring/profiles';
import type { MoreTerminology } from '../terminology/terminologies.ts';
import type { SubscriptionRules } from './subscription-rules.ts';

export interface RepositoryOptions {
  /** This server's FHIR base URL, without a slash at the end. */
  readonly baseUrl: string;
  /** Local references must lead somewhere, and what is referred to can't be deleted. */
  readonly referenceIntegrity: boolean;
  /** Resource type → profiles that each resource of it must meet, besides those that it names itself. */
  readonly requiredProfiles: ReadonlyMap<string, readonly string[]>;
  /** What becomes of a profile that can't be checked here. */
  readonly uncheckedProfiles: Unchecked;
  /** Code systems in tables of their own, and of another server. */
  readonly terminology?: MoreTerminology;
  readonly subscriptions: SubscriptionRules;
  /** Called after SearchParameter resources were written. */
  readonly searchParametersChanged?: () => Promise<void>;
  /** Called after anything was written. */
  readonly written?: () => void;
  /** Called where the store has no transactions and something that goes with a write was not written, as somebody else was quicker. */
  readonly leftOut?: (resource: { readonly type: string; readonly id: string }) => void;
}
