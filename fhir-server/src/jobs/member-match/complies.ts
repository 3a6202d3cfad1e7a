/**
 * Can this server keep to what a member agreed to (HRex Consent)? Each by themselves (PDex §pdex-154a). Of both policies, `regular` and `sensitive`: what is labelled as restricted leaves by no Group of
 * members (operations/member-match/member-rights.ts), so nobody gets what `regular` keeps back.
 */
import {
  coversDay,
  type Identifier,
  type Member,
  type MemberConsent,
  type Named,
} from '../../operations/member-match/order.ts';

const RECIPIENT = 'IRCP';
const POLICY = /hrex-consent(?:\.html)?#(?:regular|sensitive)$/;
/** What HRex closes, because it bounds what may be sent: nothing here could keep to it. */
const BOUNDS = ['securityLabel', 'purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'] as const;

const hasCode = (
  concept: { readonly coding?: readonly { readonly code?: string }[] } | undefined,
  code: string,
): boolean => (concept?.coding ?? []).some((each) => each.code === code);

export function complies({ status, scope, policy = [], provision }: MemberConsent, today: string): boolean {
  if (status !== 'active' || !hasCode(scope, 'patient-privacy') || provision?.type !== 'permit') return false;
  if (!policy.some(({ uri = '' }) => POLICY.test(uri))) return false;
  if (BOUNDS.some((bound) => provision[bound] !== undefined)) return false;
  if (!(provision.action ?? []).some((action) => hasCode(action, 'disclose'))) return false;
  const { period = {} } = provision;
  if (!period.start || !period.end || !coversDay(period, today)) return false;
  return recipientOf({ provision }) !== undefined;
}

/** To whom it may go. */
export const recipientOf = ({ provision }: MemberConsent): Named | undefined =>
  provision?.actor?.find(({ role }) => hasCode(role, RECIPIENT))?.reference;

/** Whose consent it is: the member's whom it came with, by the name that they have in the request or at the payer, or by one of their identifiers. Of somebody else it permits nothing. */
export function isOf({ patient: named }: MemberConsent, member: Member): boolean {
  const { reference, identifier } = named ?? {};
  if (reference !== undefined) return NAMES.exec(reference)?.[1] === member.id;
  const { system, value } = identifier ?? {};
  const known = Array.isArray(member.identifier) ? (member.identifier as readonly Identifier[]) : [];
  return value !== undefined && known.some((each) => each.system === system && each.value === value);
}

const NAMES =
  /^(?:#|urn:uuid:|urn:oid:|(?:https?:\/\/\S+\/)?Patient\/)([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
