/** `npm run soak`, for a few seconds. The long one runs at night. */
import { expect, it } from 'vitest';
import { soak } from '../scripts/soak/soak.ts';

it('a server that is killed while it is written to loses nothing it acknowledged, keeps nothing in part, and audits every version', async () => {
  const { kills, acknowledged, faults } = await soak({
    minutes: 0.1,
    leastKills: 3,
    mongodb: undefined,
    say: () => undefined,
  });
  expect(faults).toEqual([]);
  expect(kills).toBeGreaterThan(2);
  expect(acknowledged).toBeGreaterThan(3);
}, 120_000);
