/** Whose access a job rests on, looked at once a minute: what it writes is theirs in the audit log. */
import { FhirError } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import type { KeptAccess, Reopen } from '../access/standing.ts';
import { createTrail } from '../audit/trail.ts';
import type { JobRecord } from '../interactions/request.ts';

const STANDS_MS = 60_000;

/** Throws 403 when it has ended, 503 when it can't be said. */
export function createKeptAccess(
  { reopen, now }: { readonly reopen: Reopen; readonly now: () => number },
  { id, grounds }: JobRecord,
  kept: KeptAccess,
): () => Promise<AccessContext> {
  const trail = createTrail({ subject: grounds.subject, client: grounds.clientId, requestId: id });
  let known: AccessContext | undefined;
  let until = 0;
  return async () => {
    if (known && until > now()) return known;
    const reopened = await reopen(kept);
    if (!reopened)
      throw new FhirError(403, [
        { severity: 'error', code: 'forbidden', diagnostics: 'The access that this rests on has ended.' },
      ]);
    known = { ...reopened, trail };
    until = now() + STANDS_MS;
    return known;
  };
}
