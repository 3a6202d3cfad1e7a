/** The socket of the servers over TLS, with certificates made here and real connections. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate, type SecureVersion } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebServer, type WebServer } from './web-server.ts';

let folder: string;
let web: WebServer | undefined;
const faults: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-tls-'));
  faults.length = 0;
});
afterEach(async () => {
  web?.release();
  await new Promise((resolve) => (web ? web.server.close(resolve) : resolve(undefined)));
  web = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function pair(name: string): Promise<{ cert: string; private: string }> {
  return generate([{ name: 'commonName', value: name }], { keyType: 'ec', curve: 'P-256' });
}
const files = () => ({ certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') });

/** As certbot does it: a new file in the place of the old. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

async function serve(maxConnections?: number): Promise<number> {
  web = createWebServer({
    ...(maxConnections === undefined ? {} : { maxConnections }),
    handler: (_request, response) => response.end('hello'),
    address: 'https://localhost/x',
    tls: files(),
    onTlsFault: ({ message }) => faults.push(message),
    requestTimeout: 30_000,
    tlsLookMs: 50,
  });
  await web.listen(0, '127.0.0.1');
  return (web.server.address() as AddressInfo).port;
}

const nameServed = (port: number, version?: SecureVersion): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      // The client would take anything: what is refused is refused by the server.
      ...(version ? { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    });
    socket.once('secureConnect', () => {
      resolve((socket.getPeerCertificate() as PeerCertificate).subject.CN as string);
      socket.end();
    });
    socket.once('error', reject);
  });

const headersOf = (port: number): Promise<IncomingHttpHeaders> =>
  new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.headers);
    })
      .once('error', reject)
      .end();
  });

describe('a server with a certificate', () => {
  it('speaks TLS 1.2 and 1.3, nothing older and nothing in the clear, and tells browsers to keep to it', async () => {
    const made = await pair('first');
    put(files().certFile, made.cert);
    put(files().keyFile, made.private);
    const port = await serve();
    expect(await nameServed(port, 'TLSv1.2')).toBe('first');
    expect(await nameServed(port, 'TLSv1.3')).toBe('first');
    for (const old of ['TLSv1', 'TLSv1.1'] as const)
      await expect(nameServed(port, old)).rejects.toThrow(/protocol version/);
    expect((await headersOf(port))['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    const plain = await new Promise<string>((resolve) => {
      let said = '';
      const socket = connectPlain(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
      socket.on('data', (chunk) => {
        said += chunk.toString('latin1');
      });
      socket.on('close', () => resolve(said));
      socket.on('error', () => undefined);
    });
    expect(plain).not.toContain('HTTP/1.1 200');
  });

  it('takes renewed files without a restart; connections under way go on', async () => {
    const made = await pair('first');
    put(files().certFile, made.cert);
    put(files().keyFile, made.private);
    const port = await serve();
    const open = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await new Promise((resolve) => open.once('secureConnect', resolve));
    const next = await pair('second');
    put(files().certFile, next.cert);
    // For a moment the certificate is new and the key is old: said, and served on with the pair before.
    await vi.waitFor(() => expect(faults.length).toBeGreaterThan(0));
    expect(await nameServed(port)).toBe('first');
    put(files().keyFile, next.private);
    await vi.waitFor(async () => expect(await nameServed(port)).toBe('second'));
    const told = faults.length;
    put(files().certFile, 'nonsense');
    await vi.waitFor(() => expect(faults.length).toBe(told + 1));
    rmSync(files().certFile);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await nameServed(port)).toBe('second');
    // Once for what is wrong, not at each look.
    expect(faults.length).toBeLessThanOrEqual(told + 2);
    open.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const answer = await new Promise<string>((resolve) =>
      open.once('data', (chunk) => resolve(String(chunk))),
    );
    expect(answer).toContain('200');
    open.destroy();
    expect(faults.join()).not.toContain('PRIVATE KEY');
  });

  it('F16 closes what comes beyond the most connections it keeps, and serves on', async () => {
    const made = await pair('first');
    put(files().certFile, made.cert);
    put(files().keyFile, made.private);
    const port = await serve(3);
    const open = () =>
      new Promise<'open' | 'closed'>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
        sockets.push(socket);
        socket.once('secureConnect', () => resolve('open'));
        socket.once('error', () => resolve('closed'));
        socket.once('close', () => resolve('closed'));
      });
    const sockets: ReturnType<typeof connect>[] = [];
    expect([await open(), await open(), await open(), await open()]).toEqual([
      'open',
      'open',
      'open',
      'closed',
    ]);
    sockets[0]?.destroy();
    await vi.waitFor(async () => expect(await open()).toBe('open'));
    for (const socket of sockets) socket.destroy();
  });

  it('does not start with files that do not fit, or are not there', async () => {
    put(files().certFile, (await pair('one')).cert);
    await expect(serve()).rejects.toThrow(/^TLS_CERT_FILE, TLS_KEY_FILE: /);
    put(files().keyFile, (await pair('other')).private);
    await expect(serve()).rejects.toThrow(/^TLS_CERT_FILE, TLS_KEY_FILE: /);
  });
});
