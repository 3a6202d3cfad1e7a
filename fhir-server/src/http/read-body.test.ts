import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
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

/** What becomes of a body that is sent in these pieces, on one connection with an empty request behind it: that is answered too. */
async function answers(pieces: readonly Buffer[], headers = ''): Promise<string> {
  const server = createServer((request, response) => {
    readText(request as HttpRequest, 1000).then(
      (text) => response.end(JSON.stringify(text)),
      (error: FhirError) => response.end(`${error.status} ${error.message}`),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let told = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    told += chunk;
  });
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  socket.write(`POST / HTTP/1.1\r\nHost: here\r\nContent-Length: ${length}\r\n${headers}\r\n`);
  for (const piece of pieces) {
    socket.write(piece);
    await sleep(20);
  }
  socket.end('GET /next HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
  await once(socket, 'close');
  server.close();
  return told
    .split(/HTTP\/1.1 200 OK\r\n/)
    .slice(1)
    .map((each) => each.split('\r\n\r\n')[1])
    .join(' | ');
}

describe('a body of a length that is declared', () => {
  const letters = Buffer.from('aé😀z');
  it.each([
    ['in one piece', [letters]],
    ['in pieces that part letters', [letters.subarray(0, 2), letters.subarray(2, 5), letters.subarray(5)]],
    [
      'with a byte order mark, which is no part of the text',
      [Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), letters])],
    ],
  ])('is read %s', async (_, pieces) => {
    expect(await answers(pieces)).toBe('"aé😀z" | ""');
  });

  it.each([
    ['in one piece', [Buffer.from([97, 0xff, 98])]],
    ['in several', [Buffer.from([97]), Buffer.from([0xff, 98]), Buffer.from([99])]],
    ['in its last letter', [letters.subarray(0, 4)]],
  ])('that is not UTF-8 %s is refused, and the connection goes on', async (_, pieces) => {
    expect(await answers(pieces)).toBe('400 The body is not UTF-8. | ""');
    expect(await answers([letters])).toBe('"aé😀z" | ""');
  });

  it('is unpacked where it is compressed, of whatever length it is then', async () => {
    const gzip = 'Content-Encoding: gzip\r\n';
    expect(await answers([gzipSync(letters)], gzip)).toBe('"aé😀z" | ""');
    const [text, packed] = sameLength();
    expect(await answers([packed], gzip)).toBe(`${JSON.stringify(text)} | ""`);
  });
});

/** A text that is as long as it is compressed. */
function sameLength(): readonly [string, Buffer] {
  for (let length = 1; length < 1000; length++) {
    const text = 'a'.repeat(length);
    const packed = gzipSync(text);
    if (packed.length === length) return [text, packed];
  }
  throw new Error('No text is as long as it is compressed.');
}
