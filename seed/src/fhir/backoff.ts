/** Waiting before another try: twice as long each time, with chance in it, or as long as the server says. */
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST = 250;
const LONGEST = 15_000;

/** The milliseconds to wait after failed attempt number `attempt` (from 0). `retryAfter` is the header's value. */
export function backoffDelay(attempt: number, retryAfter: string | null, random = Math.random): number {
  const seconds = Number(retryAfter);
  if (retryAfter !== null && Number.isFinite(seconds) && seconds >= 0)
    return Math.min(seconds * 1000, 60_000);
  const ceiling = Math.min(LONGEST, FIRST * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}

export async function wait(milliseconds: number): Promise<void> {
  await sleep(milliseconds);
}
