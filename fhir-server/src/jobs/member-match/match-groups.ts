/** The Groups of an answer (PDex Member Match Group and Member No Match Group): each member with what was handed in about them, as a contained resource. */
import { MATCH_RESULT, type Named, type SubmittedMember } from '../../operations/member-match/order.ts';
import type { ResourceJson } from '../../repository/text/resource-text.ts';

export type MatchResult = 'match' | 'nomatch' | 'consentconstraint';

export interface Judged {
  readonly member: SubmittedMember;
  readonly result: MatchResult;
  /** Id of the Patient here, of one that matches. */
  readonly patient?: string;
}

const EXTENSION = 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/base-ext-match';
const DISPLAY = {
  match: 'Matched',
  nomatch: 'Not Matched',
  consentconstraint: 'Consent Constraint',
} as const;

type Json = Record<string, unknown>;

/** `repeated`: ids of MemberPatients that came with several coverages. `now`: milliseconds. */
export function matchGroup(
  result: MatchResult,
  members: readonly Judged[],
  { requester, repeated, now }: { requester: Named; repeated: ReadonlySet<string>; now: number },
): ResourceJson {
  const contained = new Map<string, Json>();
  const listed = members.map(({ member, patient }) => {
    const { id } = member.patient;
    contained.set(id, containable(member.patient));
    const extension = [extensionOf('parameters', id)];
    const coverage = member.coverage.id;
    if (repeated.has(id) && coverage !== undefined) {
      contained.set(coverage, { ...containable(member.coverage), beneficiary: { reference: `#${id}` } });
      extension.push(extensionOf('coverage', coverage));
    }
    const entity = { extension, reference: patient === undefined ? `#${id}` : `Patient/${patient}` };
    const end = member.consent.provision?.period?.end;
    // An export leaves out whose period is over: the consent is asked again each time.
    return patient === undefined ? { entity } : { entity, period: { start: instant(now), end } };
  });
  const code = { coding: [{ system: MATCH_RESULT, code: result, display: DISPLAY[result] }] };
  return {
    resourceType: 'Group',
    ...(requester.identifier ? { identifier: [requester.identifier] } : {}),
    ...(contained.size > 0 ? { contained: [...contained.values()] } : {}),
    active: true,
    type: 'person',
    actual: true,
    code,
    characteristic: [
      { code, valueReference: requester, exclude: false, period: { start: instant(now).slice(0, 10) } },
    ],
    ...(listed.length > 0 ? { member: listed } : {}),
  };
}

const instant = (now: number): string => new Date(now).toISOString();

const extensionOf = (kind: 'parameters' | 'coverage', id: string): Json => ({
  url: `${EXTENSION}-${kind}`,
  valueReference: { reference: `#${id}` },
});

/** As it came, but for what R4 keeps out of what is contained, and addresses, which lead nowhere here. */
export function containable<T extends object>(resource: T): Json {
  const { contained: _, meta, ...rest } = resource as Json;
  const { versionId: __, lastUpdated: ___, security: ____, ...left } = (meta ?? {}) as Json;
  return withoutAddresses({ ...rest, ...(Object.keys(left).length > 0 ? { meta: left } : {}) }) as Json;
}

export function withoutAddresses(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAddresses);
  if (typeof value !== 'object' || value === null) return value;
  const { reference, ...rest } = value as Json;
  const told = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, withoutAddresses(each)]));
  if (typeof reference !== 'string')
    return 'reference' in value ? { ...told, reference: withoutAddresses(reference) } : told;
  return { ...told, display: told.display ?? reference };
}
