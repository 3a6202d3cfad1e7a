/** What a patient ticks off of a plan of care is an activity that the plan has (docs/decisions/0034). */
import { businessRule } from '@wellspring/profiles';
import { PLAN_ACTIVITY, type PlanActivity, planActivityKey } from '@wellspring/profiles/plan-activity';
import { localName } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { ResourceJson } from '../text/resource-text.ts';

interface Tick {
  readonly code?: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] };
  readonly basedOn?: readonly { readonly reference?: string }[];
}

/** Throws a business-rule error. That the plan is theirs to read was asked with the other references. */
export async function checkTick(store: Pick<ResourceStore, 'read'>, resource: ResourceJson): Promise<void> {
  if (resource.resourceType !== 'Observation') return;
  const { code, basedOn } = resource as unknown as Tick;
  const ticked = code?.coding?.find(({ system }) => system === PLAN_ACTIVITY);
  if (!ticked) return;
  const [type, id = ''] = localName(basedOn?.[0]?.reference ?? '')?.split('/') ?? [];
  const found = type === 'CarePlan' ? await store.read(type, id) : undefined;
  const { activity = [] } = JSON.parse(found?.body ?? '{}') as { activity?: readonly PlanActivity[] };
  if (!activity.some((each) => planActivityKey(each) === ticked.code))
    throw businessRule('The CarePlan has no such activity.', 'Observation.code');
}
