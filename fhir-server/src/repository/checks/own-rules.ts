/**
 * What a resource is refused for beyond what R4 and profiles say of it, because it could never work here or contradicts itself: asked of each write, and by `$validate` of whatever mode. What
 * hangs on who writes, and on what is stored beside it, is asked where it is written (writes/prepare-write.ts).
 */
import { asWarning, FhirError, type Issue } from '@wellspring/profiles';
import type { QueryBudget } from '../../search/query-budget.ts';
import type { ResourceStore } from '../../store/store.ts';
import { checkExtensions } from '../../subscriptions/backport.ts';
import { planOf, type SubscriptionResource } from '../../subscriptions/plan.ts';
import { checkNameIsFree, checkSearchParameter, type SearchParameterResource } from '../custom-parameters.ts';
import { checkTopicIsNoOwn, checkTopicItself } from '../stored-topics.ts';
import { planContext, type SubscriptionRules } from '../subscription-rules.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { requireOrdered } from '../visits/ordered-times.ts';
import { checkMemberQueries, type WrittenGroup } from './member-queries.ts';

export interface OwnRules {
  readonly store: Pick<ResourceStore, 'read'>;
  readonly subscriptions: SubscriptionRules;
  /** Of what a person asks for. */
  readonly budget?: QueryBudget;
}

type Check = (resource: ResourceJson, rules: OwnRules, id: string) => void | Promise<void>;

/** A time as it is stored may stay so. */
const checkTimes: Check = (resource, { store }, id) => requireOrdered(store, resource, id);

const CHECKS: Readonly<Record<string, Check>> = {
  SearchParameter: (resource) => checkSearchParameter(resource as unknown as SearchParameterResource),
  async Subscription(resource, { subscriptions, budget }) {
    if (!subscriptions.topics.find(String(resource.criteria))) await subscriptions.topics.refresh();
    checkExtensions(resource);
    const within = budget && { budget };
    planOf(resource as unknown as SubscriptionResource, { ...planContext(subscriptions), ...within });
  },
  Group: (resource, { subscriptions }) => checkMemberQueries(resource as WrittenGroup, subscriptions),
  Basic: (resource, { subscriptions }) => checkTopicItself(resource, subscriptions),
  Appointment: checkTimes,
  AppointmentResponse: checkTimes,
  Slot: checkTimes,
};

/** Refused here for what stands here already: right as it is, and a fault only to who wants to write it. */
const TAKEN: Readonly<Record<string, Check>> = {
  SearchParameter: (resource) => checkNameIsFree(resource as unknown as SearchParameterResource),
  Basic: checkTopicIsNoOwn,
};

/** Throws 422 with the place. `resource` is valid R4. */
export async function checkOwnRules(resource: ResourceJson, rules: OwnRules, id: string): Promise<void> {
  for (const checks of [CHECKS, TAKEN]) await checks[resource.resourceType]?.(resource, rules, id);
}

/** What stands in the way of it here alone is a warning. */
export async function ownRuleIssues(resource: ResourceJson, rules: OwnRules): Promise<readonly Issue[]> {
  const faults = await issuesOf(CHECKS, resource, rules);
  return faults.length > 0 ? faults : (await issuesOf(TAKEN, resource, rules)).map(asWarning);
}

async function issuesOf(
  checks: Readonly<Record<string, Check>>,
  resource: ResourceJson,
  rules: OwnRules,
): Promise<readonly Issue[]> {
  try {
    await checks[resource.resourceType]?.(
      resource,
      rules,
      typeof resource.id === 'string' ? resource.id : '',
    );
    return [];
  } catch (error) {
    if (error instanceof FhirError && error.status < 500) return error.issues;
    throw error;
  }
}
