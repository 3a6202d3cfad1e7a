/** Binary in its own content type, and compression both ways. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ MAX_BODY_BYTES: '200000' });
  await world.ask('PUT', '/Patient/ana', {
    token: world.system,
    body: { resourceType: 'Patient', id: 'ana' },
  });
});
afterAll(() => world.close());

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

async function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Buffer<ArrayBuffer>,
) {
  const response = await fetch(`${world.base}${path}`, {
    method,
    headers: { Authorization: `Bearer ${world.system}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

describe('Binary', () => {
  it('comes back as it went in, as content or as a resource', async () => {
    const made = await raw(
      'POST',
      '/Binary',
      { 'Content-Type': 'image/png', 'X-Security-Context': 'Patient/ana' },
      PNG,
    );
    expect(made.status).toBe(201);
    const resource = JSON.parse(made.bytes.toString());
    expect(resource).toMatchObject({
      contentType: 'image/png',
      securityContext: { reference: 'Patient/ana' },
    });
    const content = await raw('GET', `/Binary/${resource.id}`, { Accept: 'image/*' });
    expect(content.bytes.equals(PNG)).toBe(true);
    expect(content.headers.get('content-type')).toBe('image/png');
    expect(content.headers.get('content-disposition')).toBe('attachment');
    expect(content.headers.get('content-security-policy')).toContain('sandbox');
    expect(content.headers.get('etag')).toBe('W/"1"');
    const json = await raw('GET', `/Binary/${resource.id}`, { Accept: 'application/fhir+json' });
    expect(JSON.parse(json.bytes.toString()).data).toBe(PNG.toString('base64'));
  });

  it('is updated by its content', async () => {
    const put = await raw('PUT', '/Binary/letter', { 'Content-Type': 'text/plain; charset=utf-8' }, 'Grüße');
    expect(put.status).toBe(201);
    const { bytes, headers } = await raw('GET', '/Binary/letter', { Accept: '*/*' });
    expect(bytes.toString()).toBe('Grüße');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('is read by the patient whom its securityContext names, by nobody else', async () => {
    await raw(
      'PUT',
      '/Binary/hers',
      { 'Content-Type': 'text/plain', 'X-Security-Context': 'Patient/ana' },
      'x',
    );
    await world.ask('PUT', '/Patient/bob', {
      token: world.system,
      body: { resourceType: 'Patient', id: 'bob' },
    });
    expect((await world.ask('GET', '/Binary/hers', { token: world.patient('ana') })).text).toBe('x');
    expect((await world.ask('GET', '/Binary/hers', { token: world.patient('bob') })).status).toBe(404);
    expect((await world.ask('GET', '/Binary/letter', { token: world.patient('ana') })).status).toBe(404);
  });

  it('of a person says whose it is', async () => {
    const token = await world.staff('doc', 'clinician');
    const body = { resourceType: 'Binary', contentType: 'text/plain', data: 'eA==' };
    expect((await world.ask('POST', '/Binary', { token, body })).status).toBe(422);
    const owned = { ...body, securityContext: { reference: 'Patient/ana' } };
    expect((await world.ask('POST', '/Binary', { token, body: owned })).status).toBe(201);
  });

  it('refuses what is no media type, and content over the limit', async () => {
    expect((await raw('POST', '/Binary', { 'Content-Type': 'nonsense' }, 'x')).status).toBe(400);
    expect((await raw('POST', '/Binary', { 'Content-Type': 'text/plain' }, 'x'.repeat(200_001))).status).toBe(
      413,
    );
  });
});

describe('compression', () => {
  it('is used for large answers to those who take it', async () => {
    const { request } = await import('node:http');
    const get = (encoding: string) =>
      new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve) => {
        request(`${world.base}/metadata`, { headers: { 'Accept-Encoding': encoding } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
          );
        }).end();
      });
    const plain = await get('identity');
    expect(plain.encoding).toBeUndefined();
    const zipped = await get('gzip, br');
    expect(zipped.encoding).toBe('gzip');
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    expect((await get('gzip;q=0')).encoding).toBeUndefined();
  });

  it('of a body is undone, up to the limit of what it grows to', async () => {
    const headers = { 'Content-Type': 'application/fhir+json', 'Content-Encoding': 'gzip' };
    const patient = JSON.stringify({ resourceType: 'Patient', active: true });
    expect((await raw('POST', '/Patient', headers, gzipSync(patient))).status).toBe(201);
    const bomb = gzipSync(`{"resourceType":"Patient","language":"${'x'.repeat(50_000_000)}"}`);
    expect(bomb.length).toBeLessThan(200_000);
    expect((await raw('POST', '/Patient', headers, bomb)).status).toBe(413);
    expect((await raw('POST', '/Patient', headers, Buffer.from('not gzip'))).status).toBe(400);
    expect((await raw('POST', '/Patient', { ...headers, 'Content-Encoding': 'br' }, 'x')).status).toBe(415);
  });
});
