/**
 * Work that somebody put off until a day (decision 39): on hold, with the day as its executionPeriod and this in businessStatus, by which it is told from a result that is
 * to be released then, and from what another system holds for reasons of its own.
 */
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceJson } from '../text/resource-text.ts';

const PUT_OFF = { system: 'urn:wellspring:work-state', code: 'put-off' } as const;

export const isMarkedPutOff = tokenNode('business-status', `${PUT_OFF.system}|${PUT_OFF.code}`);

export function isPutOff({ status, businessStatus }: ResourceJson): boolean {
  const { coding } = (businessStatus ?? {}) as {
    readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
  };
  const isMarked = coding?.some(({ system, code }) => system === PUT_OFF.system && code === PUT_OFF.code);
  return status === 'on-hold' && isMarked === true;
}

/** In the queue again, for whoever it waited for. `now`: milliseconds. */
export function backInQueue(task: ResourceJson, now: number): ResourceJson {
  const { businessStatus: _, executionPeriod: __, ...rest } = task;
  return {
    ...rest,
    status: task.owner === undefined ? 'requested' : 'received',
    lastModified: new Date(now).toISOString(),
  } as ResourceJson;
}
