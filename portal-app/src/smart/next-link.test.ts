import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Observation } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFhir } from './fhir.ts';
import type { Session } from './session.ts';

const asked: { host: string | undefined; url: string | undefined; token: string | undefined }[] = [];
let next = '';

/** Gives each page a `next` link of the test's, by whatever name it was asked. */
async function serve(): Promise<Server> {
  const server = createServer(({ headers, url }, response) => {
    asked.push({ host: headers.host, url, token: headers.authorization });
    const link = url?.includes('page=2') ? [] : [{ relation: 'next', url: next }];
    const entry = [{ resource: { resourceType: 'Observation', id: url?.includes('page=2') ? 'b' : 'a' } }];
    response.setHeader('Content-Type', 'application/fhir+json');
    response.end(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', link, entry }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

let server: Server;
let other: Server;
const originOf = (each: Server): string => `http://127.0.0.1:${(each.address() as AddressInfo).port}`;

beforeAll(async () => {
  [server, other] = await Promise.all([serve(), serve()]);
});
afterAll(() => {
  server.close();
  other.close();
});

async function pages(address: string): Promise<readonly (string | undefined)[]> {
  asked.length = 0;
  next = address;
  const session = { patient: 'p', accessToken: async () => 'secret' } as unknown as Session;
  const config = { fhirBaseUrl: `${originOf(server)}/fhir/r4` };
  const fhir = createFhir(config, session, () => undefined);
  const first = await fhir.search<Observation>('Observation', {});
  const second = await fhir.follow<Observation>(first.next ?? '');
  return [...first.resources, ...second.resources].map(({ id }) => id);
}

describe('the next page of a server behind a proxy', () => {
  it.each([
    ['by its own origin', () => `${originOf(server)}/fhir/r4/Observation?page=2`],
    ['by an address of its own network', () => 'http://fhir.internal:8080/fhir/r4/Observation?page=2'],
    ['without TLS, and all in the query', () => 'http://127.0.0.1/fhir/r4?_getpages=x&page=2'],
    ['by the name of another server that is there', () => `${originOf(other)}/fhir/r4/Observation?page=2`],
    ['below the base URL', () => 'Observation?page=2'],
  ])('is asked of the server itself: %s', async (_, address) => {
    expect(await pages(address())).toEqual(['a', 'b']);
    expect(asked.map(({ host }) => `http://${host}`)).toEqual([originOf(server), originOf(server)]);
    expect(asked[1]).toMatchObject({ token: 'Bearer secret' });
    expect(asked[1]?.url).toMatch(/^\/fhir\/r4(\/Observation)?\?(_getpages=x&)?page=2$/);
  });

  it.each([['/other/Observation?page=2'], ['/fhir/r4x/Observation?page=2'], ['/fhir/r4/../../steal?page=2']])(
    'at another server’s path %s is not asked for, and that is said',
    async (path) => {
      await expect(pages(originOf(other) + path)).rejects.toThrow(/on another server/);
      expect(asked).toHaveLength(1);
    },
  );
});
