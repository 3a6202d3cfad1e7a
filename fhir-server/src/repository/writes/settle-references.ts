/** What somebody writes refers to what they may read, and is called as it is called: rule R10 of docs/SECURITY.md. */
import { forbidden } from '@wellspring/profiles';
import { selfOf } from '../../access/authorship.ts';
import { requireWriteScope } from '../../access/check-write.ts';
import { ownersOf } from '../../access/owner-table.ts';
import { lastingBound, makesRelation, nameable, withinBound, writeBound } from '../../access/staff-writes.ts';
import type { Json } from '../../access/write-rules.ts';
import { createBreath } from '../../breath.ts';
import { all, type QueryNode } from '../../search/query.ts';
import { settleIdentifiers } from '../identifiers.ts';
import { setNames } from '../names.ts';
import { knownTo, localReferences, requireReadable } from '../references.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import type { OwnerReach } from '../whose/owner-reach.ts';
import type { Preparation } from './preparation.ts';

type Settling = Pick<Preparation, 'store' | 'access' | 'find' | 'reach'>;

/** The same for what an operation writes for somebody. `own`: what is written in the same commit; `before`: what is stored. */
export async function settleReferences(
  settling: Settling,
  interaction: 'c' | 'u',
  resource: ResourceJson,
  own: ReadonlySet<string> = new Set(),
  before?: Json,
): Promise<void> {
  const { store, access, find } = settling;
  const owner = requireWriteScope(access, interaction, resource.resourceType);
  if (owner === 'unrestricted') return checkOfStaff(settling, interaction, resource, own, before);
  const known = [...own, ...knownTo(access, owner), ...(before ? localReferences(before) : [])];
  await requireReadable(find, access, resource, new Set(known));
  await settleIdentifiers(store, resource, before, owner);
  await setNames(store, resource, before, selfOf(access));
}

async function checkOfStaff(
  { access, find, reach }: Settling,
  interaction: 'c' | 'u',
  resource: ResourceJson,
  own: ReadonlySet<string>,
  before: Json | undefined,
): Promise<void> {
  const { resourceType: type } = resource;
  const bound = writeBound(access, interaction, type);
  const within = nameable(access, bound);
  if (within.kind === 'all') return;
  const known = new Set([...own, ...(await patientsWithin(reach, within, localReferences(resource)))]);
  await requireReadable(find, withinBound(access, bound ?? all), resource, known);
  const lasting = lastingBound(access, interaction, type);
  if (lasting && makesRelation(access, resource as Json, before))
    await requireLasting(reach, lasting, ownersOf(resource as Json));
}

/** A record that is open for an emergency alone is not kept open by what is written meanwhile. */
async function requireLasting(
  reach: Pick<OwnerReach, 'holds'>,
  lasting: QueryNode,
  owners: readonly string[],
): Promise<void> {
  for (const owner of owners)
    if (!(await reach.holds(lasting, owner)))
      throw forbidden(
        'This record is open to you for an emergency: it is for somebody else to write down that you look after this patient.',
      );
}

async function patientsWithin(
  reach: Pick<OwnerReach, 'holds'>,
  bound: QueryNode,
  references: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  const breath = createBreath();
  for (const reference of references) {
    await breath();
    const [type, id = ''] = reference.split('/');
    if (type === 'Patient' && (await reach.holds(bound, id))) found.push(reference);
  }
  return found;
}
