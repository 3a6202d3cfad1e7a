/** A request has the rights of its token; what is derived from them is found by the next one. */
import type { Trail } from '../audit/trail.ts';
import type { AccessContext } from './access-context.ts';

const grounds = new WeakMap<AccessContext, AccessContext>();

/** The same rights, for one request. A copy that is made in any other way has rights of its own: nothing that was derived from others is found for it. */
export function forRequest(access: AccessContext, trail: Trail): AccessContext {
  const noted = { ...access, trail };
  grounds.set(noted, access);
  return noted;
}

/** What the rights of a request are those of, for as long as its token is known; undefined: they are its own. */
export const groundsOf = (access: AccessContext): AccessContext | undefined => grounds.get(access);
