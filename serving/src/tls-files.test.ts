import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { watchTlsFiles } from './tls-files.ts';

const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'wellspring-certificates-'));
const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Put where it is looked for. */
async function certificate(days: number): Promise<string> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    notBeforeDate: new Date(Date.now() - 90 * DAY),
    notAfterDate: new Date(Date.now() + days * DAY),
  });
  writeFileSync(files.keyFile, key);
  writeFileSync(files.certFile, cert);
  return cert;
}

const day = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

function watched() {
  const told: string[] = [];
  const taken: string[] = [];
  const watching = watchTlsFiles(files, ({ message }) => told.push(message), 5);
  watching.onRenewed(({ cert }) => taken.push(String(cert)));
  onTestFinished(() => watching.close());
  return { told, taken, watching };
}

describe('a certificate that runs out', () => {
  it('begins nothing when it has: one line says when', async () => {
    await certificate(-1);
    expect(() => watched()).toThrow(
      `TLS_CERT_FILE, TLS_KEY_FILE: can not be used (it ran out on ${day(-1)}).`,
    );
  });

  it('is not taken in the place of one that holds', async () => {
    const before = await certificate(60);
    const { told, taken, watching } = watched();
    await certificate(-1);
    await expect.poll(() => told).toEqual([expect.stringContaining(`ran out on ${day(-1)}`)]);
    expect([taken, String(watching.context().cert)]).toEqual([[], before]);
    const renewed = await certificate(90);
    await expect.poll(() => taken).toEqual([renewed]);
  });

  it('is told of in the week before, once, and no more when it was renewed', async () => {
    await certificate(5);
    const { told, taken } = watched();
    const line = `TLS_CERT_FILE: runs out on ${day(5)}; renew it.`;
    await expect.poll(() => told).toEqual([line]);
    await certificate(60);
    await expect.poll(() => taken).toHaveLength(1);
    expect(told.filter((each) => each.includes('runs out'))).toEqual([line]);
  });
});
