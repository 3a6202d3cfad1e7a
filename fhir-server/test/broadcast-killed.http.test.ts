/** A broadcast under way: `kill -9` in the middle, and whoever starts next goes on, each patient has it once; stopped, it stops; and it goes no further than the access of whoever sent it. Issue 16. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Answer, openWorld, spawned, type World } from './world.ts';

const MANY = 120;
/** What one turn sends (jobs/broadcast); before each it is asked whether its sender's access stands. */
const TURN = 25;
const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-broadcast-'));
let world: World;
afterAll(async () => {
  await world?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const environment = { INTROSPECTION_CACHE_SECONDS: '0' };
const ref = (reference: string) => ({ reference });
const get = async (path: string) => (await world.ask('GET', `/${path}`, { token: world.system })).body;

async function send(token: string): Promise<string> {
  const request = {
    resourceType: 'CommunicationRequest',
    status: 'draft',
    category: [{ coding: [{ system: 'urn:wellspring:broadcast', code: 'message' }] }],
    reasonCode: [{ text: 'Closed' }],
    payload: [{ contentString: 'Dear {first}' }],
    recipient: [ref('Group/all')],
  };
  const parameter = [
    { name: 'request', resource: request },
    { name: 'expected', valueInteger: MANY },
  ];
  const answer = await world.ask('POST', '/CommunicationRequest/$broadcast', {
    token,
    body: { resourceType: 'Parameters', parameter },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

interface Extension {
  readonly url: string;
  readonly valueInteger?: number;
  readonly extension?: Extension[];
}
async function state(id: string): Promise<{ status: string; sent: number; done: number; why?: string }> {
  const { status, extension, statusReason } = await get(`CommunicationRequest/${id}`);
  const parts = (extension as Extension[])[0]?.extension ?? [];
  const count = (name: string) => parts.find(({ url }) => url === name)?.valueInteger as number;
  return { status, sent: count('sent'), done: count('done'), why: statusReason?.text };
}
/** Begun, and held up after so many turns. */
async function heldUp(token: string, turns: number): Promise<string> {
  world.answerStanding(turns);
  const id = await send(token);
  await expect
    .poll(() => state(id), { timeout: 15_000 })
    .toMatchObject({ status: 'active', sent: turns * TURN });
  return id;
}
const over = (id: string) => expect.poll(async () => (await state(id)).status, { timeout: 60_000 });
const countOf = async (id: string): Promise<number> =>
  (await get(`Communication?based-on=CommunicationRequest/${id}&_summary=count`)).total;

it('goes on after the server was killed, stops when it is told to, and ends with the access that it rests on', async () => {
  world = await openWorld(environment, { ...spawned, dataDir });
  const ids = Array.from({ length: MANY }, (_, i) => `p${i}`);
  const entry = [
    ...ids.map((id) => ({ resourceType: 'Patient', id, name: [{ given: [id] }] })),
    {
      resourceType: 'Group',
      id: 'all',
      type: 'person',
      actual: true,
      member: ids.map((id) => ({ entity: ref(`Patient/${id}`) })),
    },
  ].map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const body = { resourceType: 'Bundle', type: 'transaction', entry };
  expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);

  const first = await heldUp(await world.staff('nina', 'nurse'), 2);
  process.kill(world.pid as number, 'SIGKILL');
  await world.close().catch(() => undefined);
  world = await openWorld(environment, { ...spawned, dataDir, port: Number(new URL(world.base).port) });
  const nurse = await world.staff('nina', 'nurse');
  await over(first).toBe('completed');
  expect(await state(first)).toMatchObject({ sent: MANY, done: MANY });
  const subjects: string[] = [];
  for (
    let path: string | undefined = `/Communication?based-on=CommunicationRequest/${first}&_count=500`;
    path;
  ) {
    const { body: page }: Answer = await world.ask('GET', path, { token: world.system });
    for (const { resource } of page.entry) subjects.push(resource.subject.reference);
    path = page.link.find(({ relation }: { relation: string }) => relation === 'next')?.url;
  }
  expect(subjects.sort()).toEqual(ids.map((id) => `Patient/${id}`).sort());

  const second = await heldUp(nurse, 2);
  const stopped = await world.ask('POST', `/CommunicationRequest/${second}/$stop`, { token: nurse });
  expect([stopped.status, stopped.body.status], stopped.text).toEqual([200, 'revoked']);
  world.answerStanding(undefined);

  const third = await heldUp(nurse, 1);
  world.endStanding('nina');
  world.answerStanding(undefined);
  await over(third).toBe('revoked');
  expect(await state(third)).toMatchObject({
    sent: TURN,
    why: 'The access of whoever sent it has ended.',
  });
  expect(await countOf(third)).toBe(TURN);
  // Nothing came after it was stopped.
  expect([await countOf(second), (await state(second)).sent]).toEqual([2 * TURN, 2 * TURN]);
}, 120_000);
