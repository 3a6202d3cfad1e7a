/** What a patient ticks off of a plan of care is an activity that the plan has, while it has it (docs/decisions/0034). */
import { businessRule } from '@wellspring/profiles';
import { PLAN_ACTIVITY, type PlanActivity, planActivityKey } from '@wellspring/profiles/plan-activity';
import type { AccessContext } from '../../access/access-context.ts';
import { readCondition } from '../../access/read-condition.ts';
import { createBreath } from '../../breath.ts';
import { localName } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { ResourceJson } from '../text/resource-text.ts';

interface Tick {
  readonly code?: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] };
  readonly basedOn?: readonly { readonly reference?: string }[];
}

interface Activity extends PlanActivity {
  readonly detail?: PlanActivity['detail'] & { readonly status?: string; readonly doNotPerform?: boolean };
}

interface Plan {
  readonly isOver: boolean;
  /** By their keys. */
  readonly activities: ReadonlyMap<string, Activity>;
}

const PLAN_OVER: readonly unknown[] = ['draft', 'revoked', 'completed', 'entered-in-error'];
/** Of what the plan says itself, and of a request that it refers to. */
const OVER: ReadonlySet<unknown> = new Set([
  ...PLAN_OVER,
  ...['cancelled', 'stopped', 'on-hold', 'rejected', 'failed'],
]);

type Reading = Pick<ResourceStore, 'read'>;

/** Throws a business-rule error. That the plan is theirs to read was asked with the other references. */
export async function checkTick(
  access: AccessContext,
  store: Reading,
  resource: ResourceJson,
): Promise<void> {
  if (resource.resourceType !== 'Observation') return;
  const { code, basedOn } = resource as unknown as Tick;
  const ticked = code?.coding?.find(({ system }) => system === PLAN_ACTIVITY);
  if (!ticked) return;
  const [type, id = ''] = localName(basedOn?.[0]?.reference ?? '')?.split('/') ?? [];
  const found = type === 'CarePlan' ? await store.read(type, id) : undefined;
  const plan = found?.body === undefined ? undefined : await planOf(found.body);
  const activity = plan?.activities.get(ticked.code ?? '');
  if (!plan || !activity) throw businessRule('The CarePlan has no such activity.', 'Observation.code');
  if (plan.isOver) throw businessRule('The CarePlan is over, or not for now.', 'Observation.basedOn');
  if (await isOver(access, store, activity))
    throw businessRule('The activity is over, not for now, or not to be done.', 'Observation.code');
}

/** Of a request that is kept from them nothing is told. */
async function isOver(
  access: AccessContext,
  store: Reading,
  { detail, reference }: Activity,
): Promise<boolean> {
  if (detail) return detail.doNotPerform === true || OVER.has(detail.status);
  const [type = '', id = ''] = localName(reference?.reference ?? '')?.split('/') ?? [];
  const visible = readCondition(access, type, 'r');
  const found = visible && (await store.read(type, id, visible));
  const { status, doNotPerform } = JSON.parse(found?.body ?? '{}') as {
    readonly status?: string;
    readonly doNotPerform?: boolean;
  };
  return doNotPerform === true || OVER.has(status);
}

/** Whoever has a long plan looked through takes turns with the others who do. */
const breath = createBreath();
/** A Bundle ticks off many activities of one plan. */
let last: { readonly body: string; readonly plan: Plan } | undefined;

async function planOf(body: string): Promise<Plan> {
  await breath();
  if (last?.body === body) return last.plan;
  const { status, activity = [] } = JSON.parse(body) as {
    readonly status?: string;
    readonly activity?: readonly Activity[];
  };
  const plan: Plan = {
    isOver: PLAN_OVER.includes(status),
    // Of two of the same words the last is meant, as the portal shows it.
    activities: new Map(activity.map((each) => [planActivityKey(each), each])),
  };
  last = { body, plan };
  return plan;
}
