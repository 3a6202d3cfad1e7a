/**
 * What still refers to a resource keeps it from being deleted, and a refusal must not tell of referrers that the caller may not see. So who may not see all
 * that a record may hold deletes nothing of it, whether or not something refers there; and what other people's records refer to it with does not count.
 */
import { forbidden } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { OWNER_ELEMENTS, ownersOf } from '../access/owner-table.ts';
import { isPatientLevel, isStaff, readCondition } from '../access/read-condition.ts';
import type { Json } from '../access/write-rules.ts';
import { none, type QueryNode, withLeaves } from '../search/query.ts';
import type { DeleteOperation } from '../store/store.ts';
import type { OwnerReach } from './whose/owner-reach.ts';

/** What refuses the deletion of `before`, as a part of the operation. Throws forbidden for staff who may not see all of the record it belongs to. */
export async function unlessReferenced(
  access: AccessContext,
  reach: OwnerReach,
  before: Json | undefined,
): Promise<Pick<DeleteOperation, 'unlessReferenced' | 'referrersOf'>> {
  // Their own Subscriptions: nobody's record refers to those.
  if (isPatientLevel(access)) return {};
  if (!isStaff(access)) return { unlessReferenced: true };
  const owners = before ? ownersOf(before) : [];
  // What is nobody's, a room or a form, says by a refusal only that it is in use.
  if (owners.length === 0) return { unlessReferenced: true };
  for (const owner of owners)
    if (!(await seesAllOf(access, reach, owner)))
      throw forbidden(
        'Something that you may not see may refer to it: it is for somebody who may see the whole record to delete. Its status can say that it was entered in error.',
      );
  return { unlessReferenced: true, referrersOf: owners };
}

/** Extensions refer from any type to any other. The log of access is no part of the record. */
const RECORD_TYPES = Object.keys(OWNER_ELEMENTS).filter((type) => type !== 'AuditEvent');

async function seesAllOf(access: AccessContext, reach: OwnerReach, owner: string): Promise<boolean> {
  const patient = readCondition(access, 'Patient', 's', owner);
  if (!patient || !(await reach.holds(patient, owner))) return false;
  for (const type of RECORD_TYPES) {
    const condition = readCondition(access, type, 's', owner);
    if (!condition || (await reach.ofOwner(byItself(condition), owner)).kind !== 'all') return false;
  }
  return true;
}

/** A condition without what is asked of linked resources: those of this record are of types that are asked about themselves, those of others do not count. */
const byItself = (node: QueryNode): QueryNode =>
  withLeaves(node, (leaf) => (leaf.kind === 'linked' ? none : leaf));
