/** Web Push: who turns it on for what, what a push service is sent, and what the browser reads of it. The push service is an https server that keeps what it gets. */
import { createPublicKey } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, browser, opened, openPushService, type PushService } from './push-service.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let service: PushService;
const trusted = getCACertificates('default');

beforeAll(async () => {
  service = await openPushService();
  setDefaultCACertificates([...trusted, service.cert]);
  world = await openWorld({ NOTICE_SECONDS: '0.1', SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1' });
  await put({ resourceType: 'Practitioner', id: 'ruiz' });
  for (const id of ['ana', 'bob', 'eve', 'mark']) await put({ resourceType: 'Patient', id });
  await put({
    resourceType: 'RelatedPerson',
    id: 'mum',
    active: true,
    patient: { reference: 'Patient/bob' },
  });
});
afterAll(async () => {
  await world?.close();
  await service?.close();
  setDefaultCACertificates(trusted);
});

async function put(resource: { resourceType: string; id: string } & Record<string, unknown>): Promise<void> {
  const path = `/${resource.resourceType}/${resource.id}`;
  const answer = await world.ask('PUT', path, { token: world.system, body: resource });
  expect([200, 201]).toContain(answer.status);
}

const SCOPE = 'openid fhirUser patient/*.rs patient/Patient.u';
const asPatient = (id: string) => world.patient(id, SCOPE);
const asMum = () =>
  world.token({ scope: SCOPE, patient: 'bob', fhirUser: `${world.base}/RelatedPerson/mum`, sub: 'mum' });

const operation = (patient: string, name: string, values: Record<string, string>, token: string) =>
  world.ask('POST', `/Patient/${patient}/${name}`, {
    token,
    body: {
      resourceType: 'Parameters',
      parameter: Object.entries(values).map(([key, valueString]) => ({ name: key, valueString })),
    },
  });

const turnOn = (patient: string, { keys, auth, path }: Browser, token: string, more = {}) =>
  operation(
    patient,
    '$push-device',
    {
      endpoint: service.origin + path,
      p256dh: keys.getPublicKey().toString('base64url'),
      auth: auth.toString('base64url'),
      ...more,
    },
    token,
  );

interface Part {
  readonly name: string;
  readonly valueString?: string;
  readonly part?: readonly Part[];
}
async function stateOf(patient: string, token: string): Promise<{ publicKey: string; ids: string[] }> {
  const { body } = await world.ask('GET', `/Patient/${patient}/$push-device`, { token });
  const parts = (body as { parameter: readonly Part[] }).parameter;
  return {
    publicKey: String(parts[0]?.valueString),
    ids: parts.slice(1).flatMap(({ part }) => part?.[0]?.valueString ?? []),
  };
}

let made = 0;
async function message(patient: string, more: object = {}): Promise<void> {
  made += 1;
  await put({
    resourceType: 'Communication',
    id: `m${made}`,
    status: 'completed',
    subject: { reference: `Patient/${patient}` },
    sender: { reference: 'Practitioner/ruiz' },
    sent: new Date().toISOString(),
    payload: [{ contentString: 'Your potassium is low.' }],
    ...more,
  });
}
const to = (path: string) => service.sent.filter((each) => each.path === path);
const arrived = (path: string, count = 1) =>
  expect.poll(() => to(path).length, { timeout: 10_000 }).toBe(count);

/** Whatever was to be told before has been: one that is told is there. */
async function dealtWith(): Promise<void> {
  const mark = browser(`/mark-${made}`);
  expect((await turnOn('mark', mark, asPatient('mark'))).status).toBe(200);
  await message('mark');
  await arrived(mark.path);
}

it('says in the browser alone that there is something, signed by the key that browsers subscribe with', async () => {
  const phone = browser('/ana');
  const token = asPatient('ana');
  expect((await turnOn('ana', phone, token, { language: 'es' })).status).toBe(200);
  const { publicKey } = await stateOf('ana', token);
  await message('ana');
  await arrived('/ana');
  const [{ headers, body }] = to('/ana') as [PushService['sent'][number]];
  expect(opened(phone, body)).toEqual({ text: 'Hay algo nuevo en su expediente.' });
  expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400', topic: 'news' });
  expect(body.includes('potassium') || JSON.stringify(headers).includes('ana')).toBe(false);
  const [, jwt = '', key = ''] = /^vapid t=([^,]+), k=(\S+)$/.exec(headers.authorization ?? '') ?? [];
  expect(key).toBe(publicKey);
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((each) => each.toString('base64url'));
  const verified = await jwtVerify(
    jwt,
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' } as never),
    { audience: service.origin },
  );
  expect(verified.payload.sub).toMatch(/^mailto:/);
  expect(verified.payload.exp as number).toBeLessThan(Date.now() / 1000 + 86_400);
  if (process.platform !== 'win32')
    expect(statSync(join(world.dataDir, 'keys', 'web-push.jwk.json')).mode & 0o077).toBe(0);
});

it('is turned off by its owner, and by a browser that has dropped it', async () => {
  const [on, off, dropped] = [browser('/eve-1'), browser('/eve-2'), browser('/eve-3')];
  const token = asPatient('eve');
  for (const each of [on, off, dropped]) await turnOn('eve', each, token);
  const [id = ''] = (await turnOn('eve', off, token)).body.parameter.map(
    ({ valueString }: Part) => valueString,
  );
  expect((await stateOf('eve', token)).ids).toHaveLength(3);
  expect((await operation('eve', '$push-device-end', { id }, token)).status).toBe(200);
  expect((await operation('eve', '$push-device-end', { id }, token)).status).toBe(404);
  service.gone.add('/eve-3');
  await message('eve');
  await arrived('/eve-3');
  await expect.poll(async () => (await stateOf('eve', token)).ids.length).toBe(1);
  await message('eve');
  await arrived('/eve-1', 2);
  await dealtWith();
  expect([to('/eve-2').length, to('/eve-3').length]).toEqual([0, 1]);
});

it('tells a parent of nothing that they may not read, and nothing at all when the relation has ended', async () => {
  const [own, hers] = [browser('/bob'), browser('/mum')];
  await turnOn('bob', own, asPatient('bob'));
  await turnOn('bob', hers, asMum());
  expect((await stateOf('bob', asMum())).ids).toHaveLength(1);
  expect((await stateOf('bob', asPatient('bob'))).ids).toHaveLength(2);
  const restricted = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
  await message('bob', { meta: { security: [restricted] } });
  await arrived('/bob');
  await message('bob');
  await arrived('/mum');
  expect(opened(hers, to('/mum')[0]?.body as Buffer)).toEqual({
    text: 'There is something new in a record that you look after.',
  });
  await arrived('/bob', 2);
  world.endStanding('mum');
  await message('bob');
  await arrived('/bob', 3);
  await expect.poll(async () => (await stateOf('bob', asPatient('bob'))).ids.length).toBe(1);
  await dealtWith();
  expect(to('/mum')).toHaveLength(1);
});

it('goes nowhere but to push services on the public internet, for the patient’s side alone', async () => {
  const token = asPatient('ana');
  const { keys, auth } = browser('');
  const [p256dh, secret] = [keys.getPublicKey().toString('base64url'), auth.toString('base64url')];
  const before = await stateOf('ana', token);
  const ask = (values: Record<string, string>, who = token) =>
    operation(
      'ana',
      '$push-device',
      { endpoint: `${service.origin}/x`, p256dh, auth: secret, ...values },
      who,
    );
  for (const wrong of [
    { endpoint: 'http://push.example/x' },
    { endpoint: 'https://10.0.0.7/x' },
    { endpoint: 'https://169.254.169.254/latest' },
    { endpoint: 'https://[::1]/x' },
    { endpoint: 'https://user:pass@push.example/x' },
    { endpoint: 'file:///etc/passwd' },
    { endpoint: '' },
    { p256dh: 'AAAA' },
    { p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url') },
    { auth: 'short' },
    { language: 'xx' },
    { more: 'x' },
  ])
    expect((await ask(wrong)).status, JSON.stringify(wrong)).toBe(400);
  expect((await ask({}, world.system)).status).toBe(403);
  expect((await ask({}, asPatient('bob'))).status).toBe(404);
  expect((await ask({}, world.patient('ana'))).status).toBe(403);
  expect(await stateOf('ana', token)).toEqual(before);
});

it('keeps ten devices of one person, the newest', async () => {
  const token = asPatient('ana');
  for (let i = 0; i < 12; i++) await turnOn('ana', browser(`/many-${i}`), token);
  expect((await stateOf('ana', token)).ids).toHaveLength(10);
});
