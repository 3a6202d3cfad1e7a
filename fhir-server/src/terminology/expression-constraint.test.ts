import { expect, it } from 'vitest';
import { constraintOf } from './expression-constraint.ts';

const repeated = (count: number, part: string, joint: string): string =>
  Array.from({ length: count }, () => part).join(joint);

it('is more than filters can say where it goes on and on, and that is told at once', () => {
  const before = process.cpuUsage();
  for (const text of [
    `<<73211009:${repeated(60_000, '363698007=113331007', ',')}`,
    repeated(60_000, '73211009', ' AND '),
    `(${repeated(50, '73211009', ' OR ')}) AND ${repeated(20_000, '73211009', ' AND ')}`,
  ])
    expect(constraintOf(text)).toBeUndefined();
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  expect(constraintOf(repeated(250, '73211009', ' AND '))?.any[0]).toHaveLength(250);
});
