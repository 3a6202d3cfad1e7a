/** The one thing that this server fetches because somebody else said so: a client's keys. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutboundFetch, LONGEST_JWKS } from './outbound.ts';

let server: Server;
let base: string;
const asked: string[] = [];
let headers: IncomingHttpHeaders = {};
let ended: Promise<unknown> | undefined;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    headers = request.headers;
    ended = once(response, 'close');
    if (url === '/until') response.setHeader('Expires', 'Mon, 30 Nov 2026 12:00:00 GMT');
    if (url === '/jwks') response.setHeader('Cache-Control', 'max-age=600');
    if (url === '/moved') response.writeHead(302, { Location: '/jwks' });
    if (url === '/missing') response.writeHead(404);
    if (url === '/missing-endless') response.writeHead(404);
    if (url === '/longest') response.write('x'.repeat(LONGEST_JWKS - '{"keys":[]}'.length));
    if (url === '/long') response.write('x'.repeat(LONGEST_JWKS + 1));
    if (url.endsWith('endless')) response.write('{');
    else if (url !== '/silent') response.end('{"keys":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetchFor = (...trusted: string[]) => createOutboundFetch({ JWKS_INTERNAL_HOSTS: trusted } as never);

describe('the keys of a client', () => {
  it('are asked for at public addresses, and at hosts that an administrator trusts by name', async () => {
    const answer = await fetchFor('127.0.0.1')(`${base}/jwks`);
    expect([await answer.json(), answer.headers.get('cache-control')]).toEqual([{ keys: [] }, 'max-age=600']);
    asked.length = 0;
    const { port } = new URL(base);
    for (const hosts of [[], ['127.0.0.2'], [`127.0.0.1:${port}`]])
      for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433'])
        await expect(fetchFor(...hosts)(`http://${host}:${port}/jwks`)).rejects.toThrow();
    expect(asked).toEqual([]);
    // A name is looked up: that it is no address of the internet is said of addresses alone.
    await expect(fetchFor()(`http://localhost:${port}/jwks`)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('are asked for as the library asks, by an answer that is not packed', async () => {
    await fetchFor('127.0.0.1')(`${base}/jwks`, { headers: { accept: 'application/jwk-set+json' } });
    expect(headers).toMatchObject({ accept: 'application/jwk-set+json', 'accept-encoding': 'identity' });
  });

  it('are taken of whoever has a certificate for the name', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const secure = createSecureServer({ cert, key }, (_request, response) => response.end('{"keys":[]}'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port } = secure.address() as AddressInfo;
    await expect(fetchFor('127.0.0.1')(`https://127.0.0.1:${port}/jwks`)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    secure.close();
  });

  it('may be as long as is told, and are kept as long as their answer says', async () => {
    const fetchOf = fetchFor('127.0.0.1');
    expect(await (await fetchOf(`${base}/longest`)).text()).toHaveLength(LONGEST_JWKS);
    const until = await fetchOf(`${base}/until`);
    expect([...until.headers]).toEqual([['expires', 'Mon, 30 Nov 2026 12:00:00 GMT']]);
  });

  it('that are not there are not waited for', async () => {
    const fetchOf = fetchFor('127.0.0.1');
    const silent = fetchOf(`${base}/silent`).catch(() => 'its deadline');
    await expect(fetchOf(`${base}/missing-endless`)).rejects.toThrow();
    const hungUp = ended?.then(() => 'hung up');
    expect(await Promise.race([hungUp, silent])).toBe('hung up');
  });

  it.each(['moved', 'missing', 'long'])(
    'are not looked for in an answer that is %s, nor where it points on to',
    async (path) => {
      asked.length = 0;
      await expect(fetchFor('127.0.0.1')(`${base}/${path}`, { redirect: 'follow' })).rejects.toThrow();
      expect(asked).toEqual([`/${path}`]);
    },
  );

  it.each(['silent', 'endless'])(
    'are waited for for a few seconds where the answer is %s',
    async (path) => {
      const begin = performance.now();
      await expect(fetchFor('127.0.0.1')(`${base}/${path}`)).rejects.toThrow(/abort|timeout/i);
      expect(performance.now() - begin).toBeLessThan(15_000);
    },
    20_000,
  );
});
