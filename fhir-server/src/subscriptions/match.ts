/** Does a change concern a subscription? Its triggers and filters, read over the versions before and after. */
import { evaluateFhirPath } from '@wellspring/profiles';
import { type Examined, satisfies } from '../search/satisfies.ts';
import type { Clause, ReadTrigger } from './clauses.ts';
import type { Change } from './topic.ts';

export interface Side {
  readonly examined: Examined;
  readonly resource: object;
}

export interface Changed {
  readonly change: Change;
  readonly type: string;
  /** undefined: it did not exist. */
  readonly before: Side | undefined;
  /** undefined: it was deleted. */
  readonly after: Side | undefined;
  /** By trigger: many subscriptions share a topic. */
  readonly triggered: Map<ReadTrigger, boolean>;
}

const nothingForeign = (): boolean => {
  throw new Error('A criteria asks its resource alone.');
};

export function concerns({ type, changes, filter, trigger }: Clause, changed: Changed): boolean {
  if (type !== changed.type || !changes.has(changed.change)) return false;
  const subject = changed.after ?? changed.before;
  if (!subject || !satisfies(filter, subject.examined, nothingForeign)) return false;
  return trigger === undefined || isTriggered(trigger, changed);
}

function isTriggered(trigger: ReadTrigger, changed: Changed): boolean {
  const known = changed.triggered.get(trigger);
  if (known !== undefined) return known;
  const found = passesQuery(trigger, changed) && passesFhirPath(trigger, changed);
  changed.triggered.set(trigger, found);
  return found;
}

/** https://hl7.org/fhir/R4B/subscriptiontopic-definitions.html#SubscriptionTopic.resourceTrigger.queryCriteria */
function passesQuery(trigger: ReadTrigger, { before, after }: Changed): boolean {
  const { previous, current, onCreate, onDelete, requireBoth } = trigger;
  const was = previous && (before ? satisfies(previous, before.examined, nothingForeign) : onCreate);
  const is = current && (after ? satisfies(current, after.examined, nothingForeign) : onDelete);
  if (was === undefined || is === undefined) return was ?? is ?? true;
  return requireBoth ? was && is : was || is;
}

/** An expression that can't be evaluated is not fulfilled. */
function passesFhirPath({ fhirPath }: ReadTrigger, { before, after }: Changed): boolean {
  if (fhirPath === undefined) return true;
  const focus = (after ?? before)?.resource;
  const variables = { previous: before?.resource, current: after?.resource };
  try {
    const found = evaluateFhirPath(fhirPath, focus, variables);
    return found.length === 1 && found[0]?.value === true;
  } catch {
    return false;
  }
}
