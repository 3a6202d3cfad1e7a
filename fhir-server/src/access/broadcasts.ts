/**
 * Who sees what goes to many: it names no patient as its owner, but says who is meant and why ("whoever has this diagnosis"). Those who send such things in the name of the
 * same organization see it, as far as they might ask so themselves; and whoever sent it.
 */
import { and, not, or, type QueryNode } from '../search/query.ts';
import type { AccessContext, StaffAccess } from './access-context.ts';
import { derivedOnce } from './derived.ts';
import { OWNER_ELEMENTS } from './owner-table.ts';
import { BROADCAST, BROADCAST_ASKS } from './reach.ts';
import { granting, type Scope } from './scope.ts';

/** The condition on CommunicationRequests of all patients. `reach`: whose records the scope opens; undefined: everybody's. */
export function visibleBroadcasts(
  { scopes }: Pick<AccessContext, 'scopes'>,
  { member, broadcastsTo, broadcastsFor }: StaffAccess,
  reach: QueryNode | undefined,
): QueryNode {
  const self = `Practitioner/${member.practitioner}`;
  const ofTheirs: QueryNode =
    reach === undefined && broadcastsTo !== undefined
      ? and()
      : { kind: 'reference', param: 'sender', targets: [self, ...broadcastsFor] };
  return or(
    not({ kind: 'token', param: 'category', system: BROADCAST }),
    { kind: 'reference', param: 'requester', targets: [self] },
    and(ofTheirs, not(asksBeyond(scopes))),
  );
}

const beyond = derivedOnce<QueryNode>();
const asksBeyond = (scopes: readonly Scope[]): QueryNode =>
  beyond(scopes, '', () =>
    or(
      ...unreadable(scopes).map((code) => ({
        kind: 'token' as const,
        param: 'category',
        system: BROADCAST_ASKS,
        code,
      })),
    ),
  );

/** Types of patients' records of which not everything within reach may be searched. */
const unreadable = (scopes: readonly Scope[]): readonly string[] =>
  ['Patient', ...Object.keys(OWNER_ELEMENTS)].filter(
    (type) => !granting(scopes, type, 's').some(({ filter }) => filter.length === 0),
  );

/** The types that a query looks at: its own, and those that it goes through. */
export function typesAsked(type: string, where: QueryNode): readonly string[] {
  const types = new Set([type]);
  const walk = (node: QueryNode): void => {
    if (node.kind === 'and' || node.kind === 'or') node.nodes.forEach(walk);
    else if (node.kind === 'not') walk(node.node);
    else if (node.kind === 'chained' || node.kind === 'reverseChained') {
      types.add(node.type);
      walk(node.where);
    }
  };
  walk(where);
  return [...types];
}
