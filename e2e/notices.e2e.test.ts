/** Notices survive `kill -9` at any moment: none is lost, and the one that was on its way may come twice, with the same Message-ID. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '../auth-server/test/mailbox.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;
const PEOPLE = 40;
const KILLS = 4;

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ seeded: false, env: { ...mailbox.env, NOTICE_SECONDS: '0.2' } });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});

async function transaction(
  resources: readonly (object & { resourceType: string; id: string })[],
): Promise<void> {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const response = await fetch(world.fhir, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await world.systemToken()}`,
      'Content-Type': 'application/fhir+json',
    },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  expect(response.status).toBe(200);
}

describe('after kill -9 while notices go out', () => {
  it('everybody has been told, and nobody more often than the server was killed', async () => {
    const ids = Array.from({ length: PEOPLE }, (_, i) => `p${i}`);
    await transaction([
      { resourceType: 'Practitioner', id: 'ruiz' },
      ...ids.map((id) => ({
        resourceType: 'Patient',
        id,
        telecom: [{ system: 'email', value: `${id}@example.org` }],
      })),
    ]);
    await transaction(
      ids.map((id) => ({
        resourceType: 'Communication',
        id,
        status: 'completed',
        subject: { reference: `Patient/${id}` },
        sender: { reference: 'Practitioner/ruiz' },
        sent: new Date().toISOString(),
        payload: [{ contentString: 'x' }],
      })),
    );
    for (let kill = 1; kill <= KILLS; kill++) {
      const before = mailbox.mails.length;
      await expect
        .poll(() => mailbox.mails.length, { timeout: 30_000, interval: 1 })
        .toBeGreaterThan(before + kill);
      await world.killFhirServer();
      await world.restartFhirServer();
    }
    await expect
      .poll(() => new Set(mailbox.mails.map(({ to }) => to)).size, { timeout: 60_000 })
      .toBe(PEOPLE);
    const twice = mailbox.mails.length - PEOPLE;
    expect(twice).toBeGreaterThanOrEqual(0);
    expect(twice).toBeLessThanOrEqual(KILLS);
    expect(new Set(mailbox.mails.map(({ id }) => id)).size).toBe(PEOPLE);
  });
});
