import { createServer, type Server, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, openKit, pass } from '../../test/kit.ts';
import { artifact } from '../storage/storage.ts';
import { crossOrigin, leaveOriginToLibrary, openTo, openToAll, originsOf } from './cross-origin.ts';

const FIXED = 'https://fixed.example';
const DESK = 'https://desk.example';
const EVIL = 'https://evil.example';
const ORIGIN = 'access-control-allow-origin';

let kit: Kit;
let server: Server;
beforeEach(async () => {
  kit = await openKit();
  const app = express();
  const clients = [{ client_id: 'fixed', redirect_uris: [`${FIXED}/callback`] }];
  app.use(crossOrigin({ clients, storage: kit.storage, now: kit.now }));
  app.use('/desk', openTo(DESK, 'GET, POST'));
  app.use('/all', openToAll);
  app.use('/left', (_request, response, next) => {
    response.set({ [ORIGIN]: 'x', 'Access-Control-Expose-Headers': 'x' });
    next();
  });
  app.use('/left', leaveOriginToLibrary);
  app.use((_request, response) => void response.status(299).end());
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await kit.close();
});

/** By hand: a browser's own headers can't be sent by fetch. */
function ask(method: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, string | string[] | undefined> }>(
    (resolve) => {
      const { port } = server.address() as AddressInfo;
      send({ port, host: '127.0.0.1', method, path, headers, agent: false }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }));
      }).end();
    },
  );
}
const preflight = (path: string, origin: string | undefined, asked?: string) =>
  ask('OPTIONS', path, {
    ...(origin === undefined ? {} : { origin }),
    'access-control-request-method': 'POST',
    ...(asked === undefined ? {} : { 'access-control-request-headers': asked }),
  });
const register = (id: string, members: object) =>
  kit.storage.saveArtifact(artifact('Client', id, { client_id: id, ...members }));

describe('the origins of an app', () => {
  it.each([
    [{}, []],
    [
      { redirect_uris: ['https://a.example/x', 'HTTP://localhost:3000/'] },
      ['https://a.example', 'http://localhost:3000'],
    ],
    [{ redirect_uris: ['com.example.app:/cb', 'https//no', 'https://', 'x-https://a.example/'] }, []],
    [{ allowed_origins: ['https://b.example'] }, ['https://b.example']],
    [
      { redirect_uris: ['https://a.example/'], allowed_origins: ['https://b.example'] },
      ['https://a.example', 'https://b.example'],
    ],
  ])('of %j are %j', (client, origins) => {
    expect(originsOf(client)).toEqual(origins);
  });
});

describe('a preflight', () => {
  it.each(['/token', '/revoke', '/introspect'])(
    'at %s ends here, and opens it to registered apps',
    async (path) => {
      const { status, headers } = await preflight(path, FIXED, 'authorization, x-a_b-1');
      expect(status).toBe(204);
      expect(headers).toMatchObject({
        [ORIGIN]: FIXED,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, x-a_b-1',
        'access-control-max-age': '600',
        'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
        vary: 'Origin, Access-Control-Request-Headers',
      });
      for (const origin of [EVIL, 'null', undefined]) {
        const refused = await preflight(path, origin, 'authorization');
        expect([refused.status, refused.headers.vary]).toEqual([204, 'Origin']);
        expect(Object.keys(refused.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    },
  );

  it('repeats no headers that are none', async () => {
    for (const asked of [undefined, 'a;b', ';a', 'a;', `a${',b'.repeat(500)}`]) {
      const { status, headers } = await preflight('/token', FIXED, asked);
      expect([status, headers[ORIGIN], headers['access-control-allow-headers']], asked).toEqual([
        204,
        FIXED,
        undefined,
      ]);
    }
    expect(
      (await preflight('/token', FIXED, 'b'.repeat(1000))).headers['access-control-allow-headers'],
    ).toHaveLength(1000);
  });

  it('is asked by its header: without it an OPTIONS goes on, and so does everything else', async () => {
    for (const [method, headers] of [
      ['OPTIONS', { origin: FIXED }],
      ['POST', { origin: FIXED, 'access-control-request-method': 'POST' }],
    ] as const) {
      const answer = await ask(method, '/token', headers);
      expect([answer.status, answer.headers[ORIGIN]], method).toEqual([299, FIXED]);
      expect(answer.headers['access-control-allow-methods']).toBeUndefined();
    }
  });

  it('is for apps that registered themselves in time, and not for those that were stopped', async () => {
    const origin = 'https://new.example';
    const opened = async () => (await preflight('/token', origin)).headers[ORIGIN];
    expect(await opened()).toBeUndefined();
    await register('new', { redirect_uris: [`${origin}/cb`] });
    // Remembered for two seconds.
    expect(await opened()).toBeUndefined();
    pass(2001);
    expect(await opened()).toBe(origin);
    await register('new', { redirect_uris: [`${origin}/cb`], disabled: true });
    pass(2001);
    expect(await opened()).toBeUndefined();
  });

  it('is for everybody where apps register, and where metadata is', async () => {
    for (const [path, methods] of [
      ['/register', 'POST, GET, PUT, DELETE'],
      ['/all', 'GET, HEAD'],
    ] as const)
      expect((await preflight(path, EVIL)).headers).toMatchObject({
        [ORIGIN]: '*',
        'access-control-allow-methods': methods,
      });
  });

  it('is for one origin alone where only the clinic’s own app asks', async () => {
    expect((await preflight('/desk', DESK)).headers).toMatchObject({
      [ORIGIN]: DESK,
      'access-control-allow-methods': 'GET, POST',
      vary: 'Origin, Access-Control-Request-Headers',
    });
    for (const origin of [EVIL, `${DESK}.evil.example`, FIXED, undefined]) {
      const { status, headers } = await preflight('/desk', origin);
      expect([status, headers[ORIGIN], headers.vary]).toEqual([204, undefined, 'Origin']);
    }
  });
});

it('what the library answers is the library’s to open, at the endpoints of clients alone', async () => {
  expect((await ask('POST', '/left/token')).headers[ORIGIN]).toBeUndefined();
  expect((await ask('POST', '/left/token')).headers['access-control-expose-headers']).toBeUndefined();
  expect((await ask('POST', '/left/other')).headers[ORIGIN]).toBe('x');
});
