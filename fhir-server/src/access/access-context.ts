/** Who asks, and what they were granted: built from a verified token only, an argument of every repository call. */
import type { Trail } from '../audit/trail.ts';
import type { QueryNode } from '../search/query.ts';
import type { BindingConsents } from './consent-condition.ts';
import type { StaffMember } from './reach.ts';
import type { RoleRules } from './role-policy.ts';
import { parseScopes, type Scope } from './scope.ts';

export interface AccessContext {
  /** The token's subject: an account, or the client itself. */
  readonly subject: string;
  readonly clientId: string;
  /** The person as FHIR knows them; absent for system clients. */
  readonly fhirUser: { readonly type: string; readonly id: string } | undefined;
  /** Launch context: the patient that `patient/` scopes mean. */
  readonly patient: string | undefined;
  /** Of an app of the clinic's own: how often the account's sign-ins had been ended when the token was introspected (standing.ts). */
  readonly endings?: number;
  /** Likewise: names of the sign-in that the token is of, and of the browser that it is in, which open nothing. */
  readonly signIn?: string;
  readonly device?: string;
  readonly scopes: readonly Scope[];
  /** The person may read their own fhirUser resource (`openid fhirUser`). */
  readonly readsOwnUser: boolean;
  /** Of staff and proxies: Consents that bound what they may see. */
  readonly consents?: BindingConsents;
  /** Of a proxy: labels of confidentiality that a Consent of this record opens to them by name (labels.ts). */
  readonly opensLabels?: readonly string[];
  /** Of staff with a valid role (staff.ts). */
  readonly staff?: StaffAccess;
  /** Whom an operation acts for (on-behalf.ts). */
  readonly caller?: AccessContext;
  /** Where the repository notes what this request touches, for the audit log. */
  readonly trail?: Trail;
}

export interface StaffAccess {
  readonly member: StaffMember;
  /** How long a record stays open that they open in an emergency; undefined: they may not. */
  readonly glassMinutes: number | undefined;
  /** How many patients one broadcast of theirs may go to; undefined: they may send none. */
  readonly broadcastsTo: number | undefined;
  /** `Organization/…` in whose name: those of the roles that send. */
  readonly broadcastsFor: readonly string[];
  /** How subscriptions, exports and imports of others do (RolePolicy). */
  readonly oversees: boolean;
  /** Of whoever oversees: what each role may. */
  readonly roles?: readonly RoleRules[];
  readonly tellPatient: boolean;
  /** Of a Patient without a managingOrganization: RolePolicy. */
  readonly sharedPatients: boolean;
  /** Patients whose record they have open in an emergency now. */
  readonly opened: QueryNode;
}

/** An RFC 7662 answer with SMART's launch context, as the auth-server gives it. */
export interface Introspection {
  readonly active: boolean;
  readonly scope?: string;
  readonly client_id?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly patient?: string;
  readonly fhirUser?: string;
  readonly endings?: number;
  readonly sign_in?: string;
  readonly device?: string;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const USER = /(?:^|\/)(Patient|Practitioner|PractitionerRole|RelatedPerson|Person)\/([A-Za-z0-9\-.]{1,64})$/;

/** Levels are never mixed: a user's token holds no system scopes, a client's own token only those. */
export function accessContext(token: Introspection): AccessContext {
  const user = USER.exec(token.fhirUser ?? '');
  const fhirUser = user?.[1] && user[2] ? { type: user[1], id: user[2] } : undefined;
  const patient = token.patient !== undefined && ID.test(token.patient) ? token.patient : undefined;
  const isSystem = fhirUser === undefined && patient === undefined;
  const { scope: text = '' } = token;
  const scopes = parseScopes(text).filter((scope) => (scope.level === 'system') === isSystem);
  const words = text.split(' ');
  return {
    subject: token.sub ?? token.client_id ?? '',
    clientId: token.client_id ?? '',
    fhirUser,
    patient,
    ...(token.endings === undefined ? {} : { endings: token.endings }),
    ...(token.sign_in === undefined ? {} : { signIn: token.sign_in }),
    ...(token.device === undefined ? {} : { device: token.device }),
    scopes,
    readsOwnUser: words.includes('openid') && words.includes('fhirUser'),
  };
}
