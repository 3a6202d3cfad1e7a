/** Who a member is to this server: one Patient whose name and birth date agree, insured under the number that was handed in. Demographics alone match nobody. */
import type { AccessContext } from '../../access/access-context.ts';
import { writerOf } from '../../access/authorship.ts';
import { candidates, type Person, score } from '../../operations/match.ts';
import type { Identifier, MemberCoverage, SubmittedMember } from '../../operations/member-match/order.ts';
import type { Repository } from '../../repository/repository.ts';
import { resourceOf } from '../../repository/text/resource-text.ts';
import { and } from '../../search/query.ts';

/** Of `$match`: family and given name and birth date, or as much; more than an identifier with another birth date. */
const AGREES = 0.85;
/** The first ways to look find all of them. */
const AGREEING = 2;
const MOST_COVERAGES = 100;
/** Those of one that is over still say who somebody was to their payer; these do not. */
const NO_COVERAGE: ReadonlySet<unknown> = new Set(['draft', 'entered-in-error']);

/** Id of the Patient; undefined where there is none, or where it could be one of several. */
export async function findMember(
  repository: Repository,
  access: AccessContext,
  { patient, coverage }: SubmittedMember,
): Promise<string | undefined> {
  const person = patient as unknown as Person;
  const found: string[] = [];
  for (const version of (await candidates(repository, access, person, AGREEING)) ?? []) {
    const known = resourceOf(version);
    // Of two that were merged the one that counts is found under its own name.
    if (known.active === false || score(person, known as unknown as Person) < AGREES) continue;
    if (await isCovered(repository, access, version.id, coverage)) found.push(version.id);
  }
  return found.length === 1 ? found[0] : undefined;
}

async function isCovered(
  repository: Repository,
  access: AccessContext,
  patient: string,
  asked: MemberCoverage,
): Promise<boolean> {
  const theirs = and(
    { kind: 'owner', patients: [patient] },
    { kind: 'reference', param: 'beneficiary', targets: [`Patient/${patient}`] },
  );
  const found = await repository.find(access, 'Coverage', theirs, MOST_COVERAGES);
  return (
    found
      .map((version) => resourceOf<MemberCoverage>(version))
      // What a patient says of their insurance, and takes back, proves nothing until the clinic has made it its own.
      .some(
        (known) =>
          !NO_COVERAGE.has(known.status) &&
          writerOf({ ...known }) === undefined &&
          sharesNumber(asked, known),
      )
  );
}

function sharesNumber(asked: MemberCoverage, known: MemberCoverage): boolean {
  if (asked.subscriberId && asked.subscriberId === known.subscriberId) return true;
  return (asked.identifier ?? []).some(
    (each) => each.value && (known.identifier ?? []).some((other) => isSame(each, other)),
  );
}

const isSame = (a: Identifier, b: Identifier): boolean => a.value === b.value && a.system === b.system;
