import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Megabytes on the heap of a process that made much and forgot it, before a rest and after it; `work` goes on meanwhile. */
async function heapOf(work: string): Promise<{ before: number; after: number }> {
  const script = `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { collectAtRest } from ${JSON.stringify(new URL('./collect-at-rest.ts', import.meta.url).href)};
    const used = () => process.memoryUsage().heapUsed / 1048576;
    collectAtRest(200);
    let kept = Array.from({ length: 1_000_000 }, (_, i) => ({ i, text: 'x' + i }));
    await sleep(50);
    kept = kept.slice(0, 1);
    const before = used();
    ${work}
    console.log(JSON.stringify({ before, after: used() }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout);
}

it('gives memory back after a rest', async () => {
  const { before, after } = await heapOf('await sleep(2000);');
  expect(before).toBeGreaterThan(50);
  expect(after).toBeLessThan(before / 3);
});

it('keeps no process alive', async () => {
  // It would not end before the time of this test does.
  expect((await heapOf('')).before).toBeGreaterThan(0);
});
