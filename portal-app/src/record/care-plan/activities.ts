/** What a plan of care consists of: each activity with its schedule, who does it, and whether a patient can tick it off. */
import type { CarePlan, CarePlanActivity, Reference, Resource } from '@medplum/fhirtypes';
import { planActivityKey } from '@wellspring/profiles/plan-activity';
import { lookUp } from '../../format/table.ts';
import { isToAvoid } from '../../format/to-avoid.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { type Facts, factsOf } from './referred.ts';
import { isAgain, periodWords, timingWords } from './timing.ts';

export interface Activity extends Facts {
  /** The same for the same activity, however the clinic orders them. */
  readonly key: string;
  readonly name: string;
  readonly state: string | undefined;
}

const STATES: Readonly<Record<string, Text>> = {
  scheduled: 'Planned',
  booked: 'Booked',
  proposed: 'Proposed',
  requested: 'Asked for',
  'on-hold': 'On hold',
  completed: 'Done',
  fulfilled: 'Done',
  cancelled: 'Cancelled',
  stopped: 'Stopped',
  revoked: 'Cancelled',
};
const GONE = ['entered-in-error'];
/** These are over, or not now. */
const RESTING = ['on-hold', 'completed', 'cancelled', 'stopped'];

export function activitiesOf(
  { activity = [] }: CarePlan,
  included: readonly Resource[],
  self?: string,
): readonly Activity[] {
  const all = activity.flatMap((each) => activityOf(each, included, self) ?? []);
  // Two of the same words are one to tick off, and shown once.
  return [...new Map(all.map((each) => [each.key, each])).values()];
}

/** `self`: who is signed in, where it is one of the patient's side. */
function activityOf(
  activity: CarePlanActivity,
  included: readonly Resource[],
  self: string | undefined,
): Activity | undefined {
  const { detail, reference } = activity;
  if (detail) return GONE.includes(detail.status ?? '') ? undefined : ofDetail(activity, detail);
  return reference && ofReference(activity, reference, included, self);
}

function ofReference(
  activity: CarePlanActivity,
  reference: Reference,
  included: readonly Resource[],
  self: string | undefined,
): Activity | undefined {
  const found = included.find((each) => `${each.resourceType}/${each.id}` === reference.reference);
  const { status } = (found ?? {}) as { readonly status?: string };
  if (GONE.includes(status ?? '')) return undefined;
  const words = lookUp(STATES, status);
  const facts = factsOf(found, self);
  return {
    ...facts,
    key: planActivityKey(activity),
    name: facts.name ?? reference.display ?? t('Not named'),
    state: words && t(words),
  };
}

function ofDetail(activity: CarePlanActivity, detail: NonNullable<CarePlanActivity['detail']>): Activity {
  const { code, description, status, performer = [], reasonCode = [] } = detail;
  const named = code && conceptText(code);
  const name = named ?? description ?? t('Not named');
  const others = performer.filter(({ reference = '' }) =>
    /^(Practitioner|Organization|Healthcare)/.test(reference),
  );
  const isOthers = performer.length > 0 && others.length === performer.length;
  const words = lookUp(STATES, status);
  const canTick = detail.doNotPerform !== true && !isOthers && !RESTING.includes(status ?? '');
  return {
    key: planActivityKey(activity),
    name,
    about: [named && description, ...reasonCode.map(conceptText)].filter((each) => each !== undefined),
    schedule:
      detail.scheduledString ?? timingWords(detail.scheduledTiming) ?? periodWords(detail.scheduledPeriod),
    state: words && t(words),
    by: isOthers ? others.flatMap(({ display }) => display ?? []).join(', ') || undefined : undefined,
    isToAvoid: isToAvoid(detail),
    tick: !canTick ? undefined : recurs(detail) ? 'days' : 'once',
    task: undefined,
    to: undefined,
  };
}

/** Said once, or from one day to another without how often: done is done. */
const recurs = ({ scheduledString, scheduledTiming }: NonNullable<CarePlanActivity['detail']>): boolean =>
  scheduledString !== undefined || isAgain(scheduledTiming);
