/** A push service as RFC 8030 has it (https, keeps what it gets), and the browser that a message is for. */
import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

interface Sent {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PushService {
  readonly origin: string;
  /** By which its clients trust it. */
  readonly cert: string;
  readonly sent: readonly Sent[];
  /** Paths that answer that the subscription is over. */
  readonly gone: Set<string>;
  close(): Promise<void>;
}

export async function openPushService(): Promise<PushService> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    curve: 'P-256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  } as never);
  const sent: Sent[] = [];
  const gone = new Set<string>();
  const service = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      sent.push({ path, headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(gone.has(path) ? 410 : 201).end();
    });
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  return {
    origin: `https://127.0.0.1:${(service.address() as AddressInfo).port}`,
    cert,
    sent,
    gone,
    async close() {
      service.closeAllConnections();
      await new Promise((done) => service.close(done));
    },
  };
}

/** The browser's side: keys of its own, and what only it can read. */
export interface Browser {
  readonly keys: ECDH;
  readonly auth: Buffer;
  readonly path: string;
}

export function browser(path: string): Browser {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  return { keys, auth: randomBytes(16), path };
}

/** RFC 8291, section 3.4, and RFC 8188, written down here anew: what sealed it is another's code. */
export function opened({ keys, auth }: Browser, body: Buffer): unknown {
  const salt = body.subarray(0, 16);
  const length = body.readUInt8(20);
  const theirs = body.subarray(21, 21 + length);
  const sealed = body.subarray(21 + length);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), theirs]);
  const ikm = Buffer.from(hkdfSync('sha256', keys.computeSecret(theirs), auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12));
  const cipher = createDecipheriv('aes-128-gcm', key, nonce);
  cipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
}
