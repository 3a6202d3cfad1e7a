/** What outlives a token (a feed, a shared link, a subscription, a running export) rests on who made it, with which app, for whom. */
import type { AccessContext } from './access-context.ts';
import { type Interaction, type Scope, scopeText } from './scope.ts';

/**
 * Kept with what was made. `endings`: whoever's sign-ins were all ended since, or whose account was taken back, is asked after by it; absent in what was made before that
 * was counted, and by apps of others, which rest on their launches. `signIn` and `device`: likewise, in which of them and in which browser.
 */
export interface Grounds
  extends Pick<
    AccessContext,
    'subject' | 'clientId' | 'fhirUser' | 'patient' | 'endings' | 'signIn' | 'device'
  > {
  /** An app makes it anew at the next visit: it ends with the account's sign-ins, or when the one, or the browser, that it was made in is ended from the list of devices. Else it was set up to last, until the account is taken back. */
  readonly endsWithSignIns?: true;
  /** Is asked of what goes on only while its sign-in does: what is being made, an open connection. */
  readonly duringSignIn?: true;
}

export const groundsIn = ({
  subject,
  clientId,
  fhirUser,
  patient,
  endings,
  signIn,
  device,
}: AccessContext): Grounds => ({
  subject,
  clientId,
  fhirUser,
  patient,
  ...(endings === undefined ? {} : { endings }),
  ...(signIn === undefined ? {} : { signIn }),
  ...(device === undefined ? {} : { device }),
});

/**
 * Does it still hold: the account is there, the app is connected and not suspended, and may have what is kept of its token, the relation or the work has not ended?
 * Asked at each use, or once a minute where something runs. Throws 503 when it can't be said.
 */
export type Stands = (grounds: KeptGrounds) => Promise<boolean>;

/** With what is kept of the token, all of which must still be given; without it the token that comes says what opens. */
export type KeptGrounds = Grounds & Partial<Pick<KeptAccess, 'scopes'>>;

/** A token's part for some types, as it is kept with what was made: text, so that it goes into a note. */
export interface KeptAccess extends Grounds {
  readonly scopes: readonly KeptScope[];
}

export interface KeptScope extends Pick<Scope, 'level' | 'type' | 'filter'> {
  readonly interactions: readonly Interaction[];
}

/** Roles and Consents are not kept: they are asked anew when it is used. */
export function keptAccess(access: AccessContext, types: readonly string[]): KeptAccess {
  const kept = access.scopes
    .filter(({ type }) => type === '*' || types.includes(type))
    .map(({ level, type, filter, interactions }) => ({
      level,
      // What was granted for everything is kept for what it was made for.
      type: types.length === 1 ? (types[0] as string) : type,
      filter,
      interactions: [...interactions],
    }));
  const texts = new Set(kept.map((scope) => JSON.stringify(scope)));
  const once = [...texts].map((text) => JSON.parse(text) as KeptScope);
  return { ...groundsIn(access), scopes: once };
}

/** As a `scope` of SMART App Launch 2.2, for the authorization server to hold against what it has given. */
export const keptScopeText = (scopes: readonly KeptScope[]): string =>
  scopes
    .filter(({ interactions }) => interactions.length > 0)
    .map((scope) => scopeText({ ...scope, interactions: new Set(scope.interactions) }))
    .join(' ');

/** The same of what an app makes anew at the next visit. */
export const keptForSignIns = (access: AccessContext, types: readonly string[]): KeptAccess => ({
  ...keptAccess(access, types),
  endsWithSignIns: true,
});

export function reopenedAccess({ scopes, ...grounds }: KeptAccess): AccessContext {
  const { subject, clientId, fhirUser, patient } = grounds;
  return {
    subject,
    clientId,
    fhirUser,
    patient,
    readsOwnUser: false,
    scopes: scopes.map((scope) => ({ ...scope, interactions: new Set(scope.interactions) })),
  };
}

/** What is left of it now; undefined: it has ended. Throws 503 when it can't be said. */
export type Reopen = (kept: KeptAccess) => Promise<AccessContext | undefined>;
