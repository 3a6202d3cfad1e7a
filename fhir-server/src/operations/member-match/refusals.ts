/** Who told this clinic that nothing of theirs is to go to others: a Consent of theirs that is active, holds now and denies, whoever asks. It counts at each request (PDex §pdex-156), whatever they told a payer. */
import type { AccessContext } from '../../access/access-context.ts';
import type { Repository } from '../../repository/repository.ts';
import { resourceOf } from '../../repository/text/resource-text.ts';
import { localName, patientId } from '../../search/own-references.ts';
import { and } from '../../search/query.ts';
import { coversDay, type MemberConsent } from './order.ts';

const CHUNK = 100;
const MOST_CONSENTS = 5000;

export async function withoutRefusing(
  repository: Repository,
  access: AccessContext,
  patients: ReadonlySet<string>,
  now: number,
): Promise<Set<string>> {
  const left = new Set(patients);
  const ids = [...patients];
  const today = new Date(now).toISOString().slice(0, 10);
  for (let at = 0; at < ids.length; at += CHUNK) {
    const active = and(
      { kind: 'owner', patients: ids.slice(at, at + CHUNK) },
      { kind: 'token', param: 'status', code: 'active' },
    );
    for (const version of await repository.find(access, 'Consent', active, MOST_CONSENTS)) {
      const consent = resourceOf(version);
      const { reference } = (consent.patient ?? {}) as { reference?: string };
      if (refuses(consent as MemberConsent, today)) left.delete(patientId(reference) ?? '');
    }
  }
  return left;
}

/** Of the clinic and the family: what denies one of them by name is about them. */
const PEOPLE = /^(?:Patient|Practitioner|PractitionerRole|RelatedPerson)\//;

/** Denied to anybody, or to whoever may be the one that asks: an organization, or somebody who is told by no reference. As a rule or as an exception to one, of all or of a part, which nobody here could keep to. */
function refuses(
  { provision }: MemberConsent,
  today: string,
  heldBy: NonNullable<MemberConsent['provision']>['actor'] = [],
): boolean {
  if (!provision || !coversDay(provision.period ?? {}, today)) return false;
  const { type, actor = heldBy } = provision;
  const isAboutPeople =
    actor.length > 0 && actor.every((each) => PEOPLE.test(localName(each.reference?.reference ?? '') ?? ''));
  if (type === 'deny' && !isAboutPeople) return true;
  const exceptions = (provision.provision ?? []) as readonly NonNullable<MemberConsent['provision']>[];
  return exceptions.some((each) => refuses({ provision: each }, today, actor));
}
