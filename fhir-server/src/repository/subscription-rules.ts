/** What Subscriptions are read by. */
import type { PlanContext } from '../subscriptions/plan.ts';
import type { Topics } from './stored-topics.ts';

export interface SubscriptionRules extends Omit<PlanContext, 'topic'> {
  readonly topics: Topics;
}

export const planContext = ({ topics, ...rest }: SubscriptionRules): PlanContext => ({
  ...rest,
  topic: (url) => topics.find(url),
});
