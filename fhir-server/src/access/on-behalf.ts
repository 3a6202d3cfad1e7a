/**
 * What an operation does for a caller beyond what the caller may do alone: booking a visit takes a slot, which patients may not write. The caller's own
 * rights are checked first, by the operation; the log still names the caller.
 */
import type { AccessContext } from './access-context.ts';
import { parseScopes } from './scope.ts';

/** `scopes`: system scopes for exactly what is done. */
export function onBehalf(access: AccessContext, scopes: string): AccessContext {
  const { consents: _, staff: __, ...rest } = access;
  return {
    ...rest,
    fhirUser: undefined,
    patient: undefined,
    readsOwnUser: false,
    scopes: parseScopes(scopes),
    caller: access.caller ?? access,
  };
}
