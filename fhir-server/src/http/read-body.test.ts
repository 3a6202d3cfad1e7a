import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { FhirError } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from './http.ts';
import { readText } from './read-body.ts';

/** What reading a body ends with when its sender goes away: in the middle of it, or with all of it sent and none of it read. */
async function endOf(headers: string, length: number): Promise<unknown> {
  let told: (outcome: unknown) => void = () => undefined;
  const outcome = new Promise((resolve) => {
    told = resolve;
  });
  const body = '{"resource';
  let begun: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    // Until a token is known for what it is, nobody reads.
    if (length === body.length) begun = new Promise((resolve) => request.socket.once('close', resolve));
    begun
      .then(() => readText(request as HttpRequest, 1000))
      .then(told, told)
      .finally(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`POST / HTTP/1.1\r\nHost: here\r\nContent-Length: ${length}\r\n${headers}\r\n${body}`);
  await once(server, 'request');
  socket.resetAndDestroy();
  const end = await outcome;
  server.close();
  return end;
}

describe('a body that breaks off', () => {
  it.each([
    ['plain', '', 900],
    ['compressed', 'Content-Encoding: gzip\r\n', 900],
    ['sent whole and not read yet', '', 10],
  ])('%s, is the fault of whoever sends it, not of this server', async (_, headers, length) => {
    const end = await endOf(headers, length);
    expect(end).toBeInstanceOf(FhirError);
    expect(end).toMatchObject({ status: 400 });
  });
});
