/**
 * Who may subscribe to what, and what a Subscription says of itself once it is stored: a client asks (`requested`) or ends (`off`), everything else is the server's word
 * (https://hl7.org/fhir/R4/subscription.html#status).
 */
import { businessRule, forbidden, throttled } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { isPatientLevel, isStaff, isSystem, readCondition } from '../access/read-condition.ts';
import { ownSubscriptions, setSubscriber } from '../access/subscriber.ts';
import type { Json } from '../access/write-rules.ts';
import { and, not } from '../search/query.ts';
import { createQueryBudget, type QueryBudget, requestBudget } from '../search/query-budget.ts';
import type { ResourceStore } from '../store/store.ts';
import { type Plan, planOf, type SubscriptionResource } from '../subscriptions/plan.ts';
import { typesAlong } from '../subscriptions/shape.ts';
import { planContext, type SubscriptionRules } from './subscription-rules.ts';
import type { ResourceJson } from './text/resource-text.ts';

/** Of one person with one app. */
const MOST_OF_PATIENT = 20;
const MOST_OF_STAFF = 200;

/** Of one that may work (checks/own-rules.ts): changes the resource into what is stored. Errors: 403, 422, 429. */
export async function settleSubscription(
  store: Pick<ResourceStore, 'search'>,
  rules: SubscriptionRules,
  access: AccessContext,
  resource: ResourceJson,
  before: Json | undefined,
): Promise<void> {
  const asked = resource as unknown as SubscriptionResource;
  const plan = planOf(asked, planContext(rules));
  const types = [...new Set(plan.clauses.map(({ type }) => type))];
  checkReadable(access, types);
  if (plan.channel.type === 'email' && isPatientLevel(access))
    throw businessRule('A patient is told by notices, not by mail.', 'Subscription.channel.type');
  if (!before || (before.status === 'off' && plan.status !== 'off')) await checkNumber(store, access);
  const status = nextStatus(plan, before);
  if (isOver(plan, rules.now()) && (status === 'requested' || status === 'active'))
    throw businessRule('Its end is over already.', 'Subscription.end');
  resource.status = status;
  delete resource.error;
  setSubscriber(resource, access, [...new Set([...types, ...typesAlong(plan.shapes, rules)])]);
}

/** What is asked for here is asked of each change, for as long as it stands: of a person no more than one search may. */
export function criteriaBudget(access: AccessContext): QueryBudget {
  const ofRequest = requestBudget(access);
  return isSystem(access) ? ofRequest : createQueryBudget(ofRequest);
}

function checkReadable(access: AccessContext, types: readonly string[]): void {
  const isReadable = types.some(
    (type) =>
      readCondition(access, type, 's') !== undefined || readCondition(access, type, 'r') !== undefined,
  );
  if (!isReadable) throw forbidden(`The token's scopes do not allow reading ${types.join(', ')}.`);
}

async function checkNumber(store: Pick<ResourceStore, 'search'>, access: AccessContext): Promise<void> {
  if (isSystem(access)) return;
  const most = isStaff(access) ? MOST_OF_STAFF : MOST_OF_PATIENT;
  const { total = 0 } = await store.search({
    type: 'Subscription',
    where: and(ownSubscriptions(access), not({ kind: 'token', param: 'status', code: 'off' })),
    sort: [{ by: 'id', descending: false }],
    count: 0,
    total: 'accurate',
  });
  if (total >= most) throw throttled(60);
}

const isOver = ({ end }: Plan, now: number): boolean => end !== undefined && end <= now;

/** A hook is asked first; a socket or mail is not. An error stays until the subscriber asks anew. */
function nextStatus({ status, channel }: Plan, before: Json | undefined): Plan['status'] {
  if (status === 'off' || (status === 'error' && before)) return status;
  return channel.type === 'rest-hook' ? 'requested' : 'active';
}
