/**
 * What a caller's access rests on besides the token, as it is stored now: the roles of staff, and the Consents that name them. Asked when a token is
 * introspected, so within a minute of any change, and when the Consents in force have changed, so within seconds of that.
 */
import { unavailable } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import type { AgePolicy } from '../../access/age-policy.ts';
import { asRules } from '../../access/age-rules.ts';
import { type Actors, labelsPermitted, onlyPermitted, permits } from '../../access/consent-rules.ts';
import { openedInEmergency, type StaffMember } from '../../access/reach.ts';
import { isStaff } from '../../access/read-condition.ts';
import type { RolePolicy } from '../../access/role-policy.ts';
import { narrowedByRoles } from '../../access/staff.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { ActiveConsents } from './active-consents.ts';
import { relatedPersonOf, rightsByAge } from './by-age.ts';
import { delegationOf, isInvited } from './delegates.ts';
import { staffOf } from './staff-of.ts';

export interface GroundOptions {
  readonly store: Pick<ResourceStore, 'read' | 'vread' | 'search'>;
  readonly policy: RolePolicy;
  readonly ages: AgePolicy;
  readonly consents: ActiveConsents;
  readonly now: () => number;
}

/** A patient's own access and a system's rest on their tokens alone. */
const isBound = ({ fhirUser }: AccessContext): boolean =>
  fhirUser !== undefined && fhirUser.type !== 'Patient';

/** The Consents that a caller's access rests on, the same list as long as they have not changed. Throws 503 when the store can't say. */
export const createBasis =
  (consents: ActiveConsents) =>
  async (access: AccessContext): Promise<unknown> => {
    if (!isBound(access)) return undefined;
    return consents.rules().catch((error: unknown) => {
      throw unavailable('What the access rests on can not be read.', error);
    });
  };

/** Throws 503 when the store can't say. A patient's own access and a system's rest on their tokens alone. */
export function createGround(options: GroundOptions): (access: AccessContext) => Promise<AccessContext> {
  return async (access) => {
    const { fhirUser } = access;
    if (fhirUser === undefined || !isBound(access)) return access;
    try {
      return await grounded(options, access, fhirUser);
    } catch (error) {
      throw unavailable('What the access rests on can not be read.', error);
    }
  };
}

async function grounded(
  { store, policy, ages, consents, now }: GroundOptions,
  access: AccessContext,
  fhirUser: { readonly type: string; readonly id: string },
): Promise<AccessContext> {
  const at = now();
  if (fhirUser.type === 'RelatedPerson') return asProxy({ store, ages, consents }, access, fhirUser.id, at);
  const member = isStaff(access) ? await staffOf(store, fhirUser, at) : undefined;
  const actors = member ? actorsOf(member) : new Set([`${fhirUser.type}/${fhirUser.id}`]);
  const rules = await consents.rules();
  const permitted = rules.filter((rule) => permits(rule, actors, at)).map(({ patient }) => patient);
  const narrowed = narrowedByRoles(access, policy, member, permitted, at);
  const opened = member ? openedInEmergency(member, at) : undefined;
  return rules.length === 0 ? narrowed : { ...narrowed, consents: { actors, rules, at, opened } };
}

/**
 * Somebody who acts for the patient: all that the clinic's Consents and the patient's age leave; invited by the patient, or a parent of one who has grown up, what the
 * patient's own Consent opens.
 */
async function asProxy(
  { store, ages, consents }: Pick<GroundOptions, 'store' | 'ages' | 'consents'>,
  access: AccessContext,
  id: string,
  at: number,
): Promise<AccessContext> {
  const person = await relatedPersonOf(store, id);
  const byAge = person && !isInvited(person) ? await rightsByAge(store, ages, id, person, at) : undefined;
  const isByConsent = byAge?.ended || (person !== undefined && isInvited(person));
  const named = isByConsent ? await delegationOf(store, id, access.patient, at) : undefined;
  if (named && !named.isPermitted) return { ...access, scopes: [], readsOwnUser: false };
  const actor = `RelatedPerson/${id}`;
  const actors = new Set([actor]);
  const newer = new Set(named?.rules.map((rule) => rule.id));
  const { patient = '' } = access;
  const rules = [
    ...(await consents.rules()).filter((rule) => !newer.has(rule.id)),
    ...(named?.rules ?? []),
    ...(byAge && named ? [onlyPermitted(named.rules, actor, patient)] : []),
    ...(byAge && !named ? asRules(byAge.withheld, actor, patient) : []),
  ];
  const opened = byAge && !named ? byAge.opensLabels : [];
  if (rules.length === 0) return opened.length === 0 ? access : { ...access, opensLabels: opened };
  const opensLabels = [
    ...opened,
    ...rules
      .filter((rule) => rule.patient === access.patient)
      .flatMap((rule) => labelsPermitted(rule, actors, at)),
  ];
  return { ...access, opensLabels, consents: { actors, rules, at, opened: undefined } };
}

function actorsOf({ practitioner, roles }: StaffMember): Actors {
  return new Set([
    `Practitioner/${practitioner}`,
    ...roles.map(({ id }) => `PractitionerRole/${id}`),
    ...roles.flatMap(({ organization }) => organization ?? []),
  ]);
}
