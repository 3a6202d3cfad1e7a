/** Builds portal and desk, and loads the demonstration clinic, before the first world opens: two worlds that open at once must not build at once. */
import { buildApps } from '../scripts/build-apps.ts';
import { keepSeeded, removeSeeded } from './seeded-clinic.ts';
import { openWorld } from './world.ts';

export async function setup(): Promise<void> {
  buildApps();
  const world = await openWorld({ seeded: true });
  await world.stop();
  keepSeeded(world.dataDir);
  await world.close();
}

export const teardown = removeSeeded;
