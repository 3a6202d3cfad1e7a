/**
 * Memory is given back when there is nothing to do. V8 looks for what is not needed any more when something new is made: after an import of a population and then a quiet night this
 * process kept 700 MB besides the page cache, of which it needed 250 (docs/PERFORMANCE.md).
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Where the heap changed by less between two looks, nothing to speak of was done. */
const QUIET_BYTES = 4_194_304;
/** So much more than what lived the last time is worth a pause of some 50 ms. */
const WORTH_BYTES = 33_554_432;

/** Of the thread that calls it, for as long as that lives; it is kept alive by nothing of this. */
export function collectAtRest(everyMs = 10_000): void {
  let collect: (() => void) | undefined;
  let before = Number.NaN;
  let lives = used();
  const look = (): void => {
    const now = used();
    const isQuiet = Math.abs(now - before) < QUIET_BYTES;
    before = now;
    if (!isQuiet || now - lives < WORTH_BYTES) return;
    collect ??= collector();
    collect();
    lives = used();
    before = lives;
  };
  setInterval(look, everyMs).unref();
}

const used = (): number => getHeapStatistics().used_heap_size;

/** Contexts that are made from then on have the function. The flag is the whole process's and stays: taken back, another thread would miss it at this very step. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
