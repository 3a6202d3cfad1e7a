/** The one thing that this server fetches because somebody else said so: a client's keys. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutboundFetch } from './outbound.ts';

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { Location: '/jwks' });
    response.end('{"keys":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** Stands where the library puts its guard, which looks at the address that a name leads to. */
const guard = {
  dispatch(): never {
    throw new Error('refused by the guard');
  },
};
const fetchFor = (...trusted: string[]) => createOutboundFetch({ JWKS_INTERNAL_HOSTS: trusted } as never);

describe('the keys of a client', () => {
  it('are asked for through the guard, but at hosts that an administrator trusts by name', async () => {
    const trusting = fetchFor('127.0.0.1');
    expect(await (await trusting(`${base}/jwks`, { dispatcher: guard as never })).text()).toBe('{"keys":[]}');
    for (const hosts of [[], ['127.0.0.2'], [`127.0.0.1:${new URL(base).port}`]])
      await expect(fetchFor(...hosts)(`${base}/jwks`, { dispatcher: guard as never })).rejects.toThrow();
    expect((await fetchFor()(`${base}/jwks`)).status).toBe(200);
  });

  it('are not looked for where an answer points on to', async () => {
    await expect(fetchFor('127.0.0.1')(`${base}/moved`, { redirect: 'follow' })).rejects.toThrow();
  });
});
