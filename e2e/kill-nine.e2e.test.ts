/** `kill -9` in the middle of a stream of transactions: what was acknowledged is whole, nothing else is there in part. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wholeOrNothing } from '../scripts/soak/bundle.ts';
import { openWorld, type World } from './world.ts';

const OBSERVATIONS = 20;
const CLIENTS = 8;

const mongodb =
  process.env.CONTRACT_MONGODB_KIND === 'ferretdb' ? undefined : process.env.CONTRACT_MONGODB_URL;
/** Names of databases that nobody else uses. */
const own = randomUUID().slice(0, 8);
const stores: [string, Record<string, string>][] = [['the embedded store', {}]];
if (mongodb)
  stores.push([
    'MongoDB',
    { MONGODB_URL: mongodb, MONGODB_DATABASE: `kill_${own}`, MONGODB_AUTH_DATABASE: `kill_auth_${own}` },
  ]);

describe.each(stores)('after kill -9, on %s', (_, env) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ seeded: false, env });
  });
  afterAll(() => world?.close());

  it('every acknowledged Bundle is whole and no other is there in part, three times over', async () => {
    const acknowledged = new Set<string>();
    const sent = new Set<string>();
    let next = 1;
    for (let round = 0; round < 3; round++) {
      let killed = false;
      const token = await world.systemToken();
      const client = async (): Promise<void> => {
        while (!killed) {
          const name = String(next++);
          sent.add(name);
          try {
            const response = await fetch(`${world.fhir}/`, {
              method: 'POST',
              headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/fhir+json' },
              body: JSON.stringify(wholeOrNothing('urn:kill', name, OBSERVATIONS)),
            });
            await response.text();
            if (response.status === 200) acknowledged.add(name);
          } catch {
            // The connection died with the server: not acknowledged.
          }
        }
      };
      const clients = Array.from({ length: CLIENTS }, client);
      await new Promise((resolve) => setTimeout(resolve, 700 + round * 150));
      await world.killFhirServer();
      killed = true;
      await Promise.all(clients);
      await world.restartFhirServer();
    }
    expect(acknowledged.size).toBeGreaterThan(10);
    const token = await world.systemToken();
    const count = async (query: string): Promise<number> => {
      const response = await fetch(`${world.fhir}/${query}&_total=accurate&_count=0`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      return ((await response.json()) as { total: number }).total;
    };
    const wrong: string[] = [];
    for (const name of sent) {
      const patients = await count(`Patient?identifier=urn:kill|${name}`);
      const observations = await count(`Observation?subject:Patient.identifier=urn:kill|${name}`);
      const whole = patients === 1 && observations === OBSERVATIONS;
      const nothing = patients === 0 && observations === 0;
      if (!whole && (acknowledged.has(name) || !nothing)) wrong.push(`${name}: ${patients}, ${observations}`);
    }
    expect(wrong).toEqual([]);
  });
});
