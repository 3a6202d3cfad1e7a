/**
 * Whose records a member of staff may open, as a condition on the Patient: asked inside every query, so that totals, pages and timing tell nothing of the rest.
 * A relation is looked at when it is used, not remembered.
 */
import { and, none, or, type QueryNode } from '../search/query.ts';
import { DIRECTORY_TYPES, OWNER_ELEMENTS } from './owner-table.ts';
import type { Relation, RolePolicy } from './role-policy.ts';

/** A PractitionerRole that is valid now. */
export interface StaffRole {
  readonly id: string;
  readonly organization: string | undefined;
  readonly codes: readonly { readonly system?: string; readonly code?: string }[];
}

export interface StaffMember {
  /** Practitioner id. */
  readonly practitioner: string;
  readonly roles: readonly StaffRole[];
}

const DAY_MS = 86_400_000;
/** A context is built anew each minute: what begins within the next one is there already. */
const CONTEXT_MS = 60_000;

export const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
/** Category of the Consent that an emergency access is kept as: v3-ActReason ETREAT. */
export const EMERGENCY = 'ETREAT';

/** CommunicationRequest.category of what goes to many: `message` or `questionnaire`. */
export const BROADCAST = 'urn:wellspring:broadcast';
/** Beside it: of which types its queries ask. */
export const BROADCAST_ASKS = 'urn:wellspring:broadcast-asks';

/** Patients for whom one of the relations holds, without those whose record was opened in an emergency; undefined: everybody. */
export function reachOf(
  policy: RolePolicy,
  relations: readonly Relation[],
  member: StaffMember,
  role: StaffRole,
  permitted: readonly string[],
  now: number,
): QueryNode | undefined {
  const bounds = relations.filter((relation) => relation !== 'everybody');
  if (bounds.length < relations.length) return undefined;
  const nodes = bounds.map((relation) => relationNode(policy, relation, member, role, permitted, now));
  return or(...nodes);
}

function relationNode(
  policy: RolePolicy,
  relation: Exclude<Relation, 'everybody'>,
  member: StaffMember,
  role: StaffRole,
  permitted: readonly string[],
  now: number,
): QueryNode {
  const self = selves(member);
  const recent: QueryNode = {
    kind: 'date',
    param: 'date',
    test: 'ap',
    range: { low: now - policy.recentDays * DAY_MS, high: now + policy.recentDays * DAY_MS },
  };
  switch (relation) {
    case 'organization':
      return or(
        role.organization === undefined
          ? none
          : { kind: 'reference', param: 'organization', targets: [role.organization] },
        policy.sharedPatients ? { kind: 'missing', param: 'organization', missing: true } : none,
      );
    case 'general-practitioner':
      return { kind: 'reference', param: 'general-practitioner', targets: self };
    case 'care-team':
      return refersHere(
        'CareTeam',
        'subject',
        { kind: 'reference', param: 'participant', targets: self },
        token('status', 'active'),
      );
    case 'encounter':
      return refersHere(
        'Encounter',
        'subject',
        { kind: 'reference', param: 'participant', targets: self },
        recent,
        isNot('status', 'cancelled', 'entered-in-error'),
      );
    case 'appointment':
      return refersHere(
        'Appointment',
        'actor',
        { kind: 'reference', param: 'actor', targets: self },
        recent,
        isNot('status', 'cancelled', 'noshow', 'entered-in-error'),
      );
    case 'consent':
      return permitted.length === 0 ? none : { kind: 'id', ids: permitted };
  }
}

/** A record that this person opened with a reason ($break-the-glass) and for a time that is not over. */
export function openedInEmergency(member: StaffMember, now: number): QueryNode {
  return refersHere(
    'Consent',
    'patient',
    { kind: 'reference', param: 'actor', targets: [`Practitioner/${member.practitioner}`] },
    { kind: 'token', param: 'category', system: ACT_REASON, code: EMERGENCY },
    token('status', 'active'),
    { kind: 'date', param: 'period', test: 'ap', range: { low: now, high: now + CONTEXT_MS } },
  );
}

const selves = ({ practitioner, roles }: StaffMember): string[] => [
  `Practitioner/${practitioner}`,
  ...roles.map(({ id }) => `PractitionerRole/${id}`),
];

const token = (param: string, code: string): QueryNode => ({ kind: 'token', param, code });

const isNot = (param: string, ...codes: readonly string[]): QueryNode => ({
  kind: 'not',
  node: or(...codes.map((code) => token(param, code))),
});

const refersHere = (type: string, param: string, ...where: readonly QueryNode[]): QueryNode => ({
  kind: 'reverseChained',
  type,
  param,
  where: and(...where),
});

/** Types that hold people's data and name no owner: for those who may open every record. */
const UNOWNED_RECORDS: ReadonlySet<string> = new Set([
  'AuditEvent',
  'Bundle',
  'Group',
  'Linkage',
  'MessageHeader',
  'Parameters',
  'Person',
  'Subscription',
]);

/** Types whose resources are somebody's even where they do not say whose. */
const NEVER_NOBODYS: ReadonlySet<string> = new Set(['Binary', 'Provenance']);

/** The condition that a reach is for resources of one type. */
export function reachCondition(type: string, reach: QueryNode | undefined): QueryNode {
  if (reach === undefined || DIRECTORY_TYPES.has(type)) return and();
  if (type === 'Patient') return reach;
  if (UNOWNED_RECORDS.has(type)) return none;
  if (!Object.hasOwn(OWNER_ELEMENTS, type)) return and();
  return { kind: 'ownedBy', where: reach, orNobody: !NEVER_NOBODYS.has(type) };
}
