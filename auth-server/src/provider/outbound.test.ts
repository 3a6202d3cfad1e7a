/** The one thing that this server fetches because somebody else said so: a client's keys. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutboundFetch, LONGEST_JWKS } from './outbound.ts';

let server: Server;
let base: string;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    if (url === '/jwks') response.setHeader('Cache-Control', 'max-age=600');
    if (url === '/moved') response.writeHead(302, { Location: '/jwks' });
    if (url === '/missing') response.writeHead(404);
    if (url === '/long') response.write('x'.repeat(LONGEST_JWKS + 1));
    if (url === '/endless') response.write('{');
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
