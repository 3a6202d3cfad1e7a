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
    lastModified: modifiedAt(task, now),
  } as unknown as T;
}

/** In Task.input, with the time: what it is about came again, or is another than it was, while it was open. */
export const CAME_AGAIN = { system: 'urn:wellspring:work-state', code: 'came-again' } as const;

interface Input {
  readonly type?: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] };
  readonly valueInstant?: string;
}

const inputsOf = (task: object): readonly Input[] => (task as { input?: readonly Input[] }).input ?? [];

const saysAgain = ({ type }: Input): boolean =>
  type?.coding?.some(({ system, code }) => system === CAME_AGAIN.system && code === CAME_AGAIN.code) === true;

/** When it came again; undefined: it is what it was. */
export const cameAgainAt = (task: object): string | undefined => inputsOf(task).find(saysAgain)?.valueInstant;

/** Something new came to it: it waits for no day that it was put off until. */
export function cameAgain<T extends object>(task: T, now: number): T {
  const before = isPutOff(task) ? backInQueue(task, now) : task;
  const at = modifiedAt(task, now);
  const others = inputsOf(task).filter((each) => !saysAgain(each));
  return {
    ...before,
    lastModified: at,
    input: [...others, { type: { coding: [CAME_AGAIN] }, valueInstant: at }],
  };
}

/** FHIR instant, never before its authoredOn (Task inv-1): clocks of those who ask and of those who answer differ. */
export function modifiedAt(task: object, now: number): string {
  const asked = Date.parse(String((task as { authoredOn?: unknown }).authoredOn ?? ''));
  return new Date(asked > now ? asked : now).toISOString();
}

/** FHIR dateTime: what a device says that is ahead of its time came now. */
export const noLaterThan = (dateTime: string, now: number): string =>
  Date.parse(dateTime) > now ? new Date(now).toISOString() : dateTime;
