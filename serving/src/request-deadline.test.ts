/** How long a request may take to come, on real sockets. */
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { mayTakeItsTime } from './request-deadline.ts';
import { createWebServer, type WebServer } from './web-server.ts';

let web: WebServer | undefined;
afterEach(() => {
  web?.server.closeAllConnections();
  web?.server.close();
  web = undefined;
});

async function serve(handler: RequestListener, requestTimeout = 150): Promise<Socket> {
  web = createWebServer({
    handler,
    address: 'http://localhost/x',
    tls: undefined,
    onTlsFault: () => undefined,
    requestTimeout,
  });
  await web.listen(0, '127.0.0.1');
  const socket = connect((web.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Status lines, when the server has hung up. */
async function answers(socket: Socket): Promise<string[]> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text.match(/HTTP\/1\.1 \d{3}/g) ?? [];
}

const POST = 'POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (bytes: number): string => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;
const LAST = '0\r\n\r\n';

async function takeAll(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}
const taking =
  (before: (request: IncomingMessage) => void = () => undefined): RequestListener =>
  (request, response) => {
    before(request);
    takeAll(request).then(
      () => response.end('taken'),
      () => undefined,
    );
  };
/** As long as a hundred bytes come in each 100 ms. */
const ownTime = taking((request) => mayTakeItsTime(request, { bytes: 100, ms: 100 }));

describe('a request', () => {
  it('that has not come whole in time is answered with 408, and whoever sends it is hung up on', async () => {
    const socket = await serve(taking());
    socket.write(POST + chunk(10));
    expect(await answers(socket)).toEqual(['HTTP/1.1 408']);
  });

  it('that came whole may be answered later', async () => {
    const socket = await serve(async (request, response) => {
      await takeAll(request);
      await sleep(300);
      response.end('late');
    });
    socket.write(POST + chunk(10) + LAST);
    expect(await answers(socket)).toEqual(['HTTP/1.1 200']);
  });

  it('that is given its time may take longer, as long as enough of it comes', async () => {
    const socket = await serve(ownTime, 60_000);
    socket.write(POST);
    for (let i = 0; i < 40; i++) {
      socket.write(chunk(500));
      await sleep(10);
    }
    socket.write(LAST);
    expect(await answers(socket)).toEqual(['HTTP/1.1 200']);
  });

  it('that is given its time and trickles is answered with 408', async () => {
    const socket = await serve(ownTime, 60_000);
    socket.write(POST);
    const trickle = setInterval(() => socket.write(chunk(1)), 40);
    socket.on('error', () => undefined);
    const told = await answers(socket).finally(() => clearInterval(trickle));
    expect(told).toEqual(['HTTP/1.1 408']);
  });
});
