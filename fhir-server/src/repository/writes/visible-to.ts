import type { AccessContext } from '../../access/access-context.ts';
import type { QueryNode } from '../../search/query.ts';
import { subscriptionsOf } from '../subscription-writes.ts';

/** What the live version must satisfy for this writer to change it. */
export function visibleTo(
  access: AccessContext,
  type: string,
  visible: QueryNode | undefined,
): { visible?: QueryNode } {
  if (type === 'Subscription') return { visible: subscriptionsOf(access) };
  return visible ? { visible } : {};
}
