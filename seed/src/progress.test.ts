import { expect, it } from 'vitest';
import { createProgress } from './progress.ts';

function watch(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const progress = createProgress(
    { isTTY, columns: 60, write: (text: string) => written.push(text) },
    () => now,
  );
  const step = (milliseconds: number, done: number) => {
    now += milliseconds;
    progress.update({ label: 'files', done, total: 4, resources: done * 1000 });
  };
  return { written, progress, step };
}

it('rewrites one line on a terminal, at most ten times a second', () => {
  const { written, step, progress } = watch(true);
  step(1000, 1);
  step(10, 2);
  step(990, 3);
  progress.end();
  expect(written).toEqual([
    '\r\u001b[K1/4 files, 1,000 resources, 1,000 resources/s',
    '\r\u001b[K3/4 files, 3,000 resources, 1,500 resources/s',
    '\r\u001b[K3/4 files, 3,000 resources, 1,500 resources/s\n',
  ]);
});

it('writes a plain line every five seconds elsewhere, without control characters', () => {
  const { written, step, progress } = watch(false);
  step(100, 1);
  step(1000, 2);
  step(4000, 3);
  progress.end();
  expect(written).toEqual([
    '1/4 files, 1,000 resources, 10,000 resources/s\n',
    '3/4 files, 3,000 resources, 588 resources/s\n',
    '3/4 files, 3,000 resources, 588 resources/s\n',
  ]);
});
