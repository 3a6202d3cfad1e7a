/**
 * Work that somebody put off until a day (docs/decisions/0039): a Task on hold, with the day as its executionPeriod and this in businessStatus, by which it is told from a result
 * that is to be released then, and from what another system holds for reasons of its own. The server has it back at its day, the desk before: as one and the same Task.
 * A leaf without data: the desk bundles it.
 */

/** In Task.businessStatus. */
export const PUT_OFF = { system: 'urn:wellspring:work-state', code: 'put-off' } as const;

/** What is read of it; a Task has much more. */
interface Held {
  readonly status?: unknown;
  readonly owner?: unknown;
  readonly businessStatus?: {
    readonly coding?: readonly { readonly system?: string | undefined; readonly code?: string | undefined }[];
  };
}

export function isPutOff(task: object): boolean {
  const { status, businessStatus } = task as Held;
  const isMarked = businessStatus?.coding?.some(
    ({ system, code }) => system === PUT_OFF.system && code === PUT_OFF.code,
  );
  return status === 'on-hold' && isMarked === true;
}

/** In the queue again, for whoever it waited for. `now`: milliseconds. */
export function backInQueue<T extends object>(task: T, now: number): T {
  const { businessStatus: _, executionPeriod: __, ...rest } = task as Held & { executionPeriod?: unknown };
  return {
    ...rest,
    status: rest.owner === undefined ? 'requested' : 'received',
    lastModified: new Date(now).toISOString(),
  } as unknown as T;
}
