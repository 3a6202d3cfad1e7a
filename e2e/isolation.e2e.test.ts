/** With real tokens of the real authorization server: the portal's token for Maria reaches nothing of James. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVisit, signIn } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

const OTHER = 'james-whitfield';
let world: World;
let browser: Browser;
let token: string;
let system: string;

beforeAll(async () => {
  world = await openWorld({ seeded: true });
  browser = await openBrowser();
  const visit = await openVisit(browser, { width: 1280, height: 900 });
  await signIn(world, visit, 'maria');
  token = visit.token();
  system = await world.systemToken();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

interface Bundle {
  readonly total?: number;
  readonly entry?: { readonly resource: { readonly resourceType: string; readonly id: string } }[];
}

async function get(path: string, bearer = token): Promise<{ status: number; text: string; body: Bundle }> {
  const response = await fetch(`${world.fhir}/${path}`, { headers: { Authorization: `Bearer ${bearer}` } });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Bundle };
}

describe("another patient's record", () => {
  const types = [
    'Observation',
    'DiagnosticReport',
    'Appointment',
    'Communication',
    'MedicationRequest',
    'Condition',
    'Encounter',
  ];

  it.each(types)('holds %s that staff find and this token does not', async (type) => {
    const param = type === 'Communication' ? `subject=Patient/${OTHER}` : `patient=${OTHER}`;
    const staff = await get(`${type}?${param}&_total=accurate&_count=1`, system);
    expect(staff.body.total).toBeGreaterThan(0);
    const own = await get(`${type}?${param}&_total=accurate`);
    expect(own.body.total ?? 0).toBe(0);
    const resource = staff.body.entry?.[0]?.resource;
    for (const path of [
      `${type}/${resource?.id}`,
      `${type}/${resource?.id}/_history`,
      `${type}/${resource?.id}/_history/1`,
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  it('is not there by read, version, history, compartment, chain, _has, include, batch or transaction', async () => {
    for (const path of [
      `Patient/${OTHER}`,
      `Patient/${OTHER}/_history`,
      `Patient/${OTHER}/_history/1`,
      `Patient/${OTHER}/Observation`,
    ]) {
      expect((await get(path)).status).toBe(404);
    }
    for (const path of [
      `Observation?subject:Patient.name=Whitfield&_total=accurate`,
      `Patient?name=Whitfield&_total=accurate`,
      `Patient?_has:Observation:patient:_id=none&_total=accurate`,
    ]) {
      expect((await get(path)).body.total).toBe(0);
    }
    const included = await get(
      'Practitioner?_revinclude=Encounter:practitioner&_revinclude=Patient:general-practitioner&_count=50',
    );
    expect(included.text).not.toContain(OTHER);
    for (const type of ['batch', 'transaction']) {
      const response = await fetch(`${world.fhir}/`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/fhir+json' },
        body: JSON.stringify({
          resourceType: 'Bundle',
          type,
          entry: [{ request: { method: 'GET', url: `Patient/${OTHER}` } }],
        }),
      });
      expect(await response.text()).not.toContain('Whitfield');
    }
  });

  it('can not be written to', async () => {
    const response = await fetch(`${world.fhir}/Patient/${OTHER}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(403);
    expect((await get(`Patient/${OTHER}`, system)).status).toBe(200);
  });

  it('is whole for the token that may: everything maria finds is maria’s', async () => {
    const { body } = await get('Observation?_count=1000&_total=accurate');
    expect(body.total).toBeGreaterThan(100);
    const staff = await get('Observation?patient=maria-alvarez&_total=accurate&_count=0', system);
    expect(body.total).toBe(staff.body.total);
  });
});
