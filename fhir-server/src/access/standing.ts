/** What outlives a token (a feed, a shared link, a subscription, a running export) rests on who made it, with which app, for whom. */
import type { AccessContext } from './access-context.ts';

/** Kept with what was made. */
type Grounds = Pick<AccessContext, 'subject' | 'clientId' | 'fhirUser' | 'patient'>;

/**
 * Does it still hold: the account is there, the app is connected and not suspended, the relation or the work has not ended? Asked at each use, or once a
 * minute where something runs. Throws 503 when it can't be said.
 */
export type Stands = (grounds: Grounds) => Promise<boolean>;
