/** MongoDB goes away and comes back (F06, reference/security.md 4.2): whoever asks meanwhile is told to try again, and that nobody's fault is theirs. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { CALLBACK, openWorld, type World } from './world.ts';

const url = process.env.CONTRACT_MONGODB_URL;

describe.runIf(url)('while MongoDB is away', () => {
  const database = `away_${randomUUID().slice(0, 8)}`;
  let proxy: Gate;
  let world: World;

  beforeAll(async () => {
    proxy = new Gate(new URL(url as string));
    await proxy.open();
    world = await openWorld({
      fhir: false,
      env: {
        MONGODB_URL: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
        MONGODB_AUTH_DATABASE: database,
      },
    });
  }, 60_000);
  afterAll(async () => {
    await world.close();
    proxy.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
  }, 60_000);

  const asked = async () => {
    const origin = new URL(world.issuer).origin;
    const form = (members: Record<string, string>) => ({
      method: 'POST',
      body: new URLSearchParams(members),
    });
    const answers = await Promise.all([
      fetch(`${origin}/healthz`),
      fetch(
        `${world.issuer}/token`,
        form({ grant_type: 'refresh_token', client_id: 'portal', refresh_token: 'x' }),
      ),
      fetch(
        `${world.issuer}/authorize?${new URLSearchParams({
          response_type: 'code',
          client_id: 'portal',
          redirect_uri: CALLBACK,
          scope: 'openid',
          state: 's',
          aud: world.fhir,
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
        })}`,
        { redirect: 'manual', headers: { cookie: '_session=x' } },
      ),
      fetch(`${origin}/forgot-password`, { ...form({ login: 'maria' }), headers: { origin } }),
    ]);
    return answers.map(({ status, headers }) => `${status} ${headers.get('retry-after')}`);
  };

  it('each answer is 503, with when to try again, and as before when it is back', async () => {
    const before = await asked();
    expect(
      before.every((each) => /^[234].. null$/.test(each)),
      before.join(),
    ).toBe(true);
    proxy.close();
    expect(await asked()).toEqual(Array(4).fill('503 5'));
    await proxy.open();
    await expect.poll(asked, { timeout: 20_000 }).toEqual(before);
  }, 60_000);
});
