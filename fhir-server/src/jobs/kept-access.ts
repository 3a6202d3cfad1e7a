/** Whose access a job rests on, looked at anew as long as it runs: what it writes is theirs in the audit log. */
import { FhirError } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import type { KeptAccess, Reopen } from '../access/standing.ts';
import { createTrail } from '../audit/trail.ts';
import type { JobRecord } from '../interactions/request.ts';

export interface Asking {
  readonly reopen: Reopen;
  /** For how long an answer counts, a minute at most, by `elapsed`, a clock that nobody sets. */
  readonly standsMs: number;
  readonly elapsed: () => number;
}

/** Throws 403 when it has ended, 503 when it can't be said. */
export function createKeptAccess(
  { reopen, standsMs, elapsed }: Asking,
  { id, grounds }: JobRecord,
  kept: KeptAccess,
): () => Promise<AccessContext> {
  const trail = createTrail({ subject: grounds.subject, client: grounds.clientId, requestId: id });
  let known: AccessContext | undefined;
  let until = 0;
  return async () => {
    if (known && until > elapsed()) return known;
    const reopened = await reopen(kept);
    if (!reopened)
      throw new FhirError(403, [
        { severity: 'error', code: 'forbidden', diagnostics: 'The access that this rests on has ended.' },
      ]);
    known = { ...reopened, trail };
    until = elapsed() + standsMs;
    return known;
  };
}
