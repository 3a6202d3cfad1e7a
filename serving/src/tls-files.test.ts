import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { watchTlsFiles } from './tls-files.ts';

const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'wellspring-certificates-'));
const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Put where it is looked for. */
async function certificate(days: number, begins = Date.now() - 90 * DAY): Promise<string> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    notBeforeDate: new Date(begins),
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

describe('a certificate that does not hold yet', () => {
  it('is taken when it does, and not before: until then the one that holds stays', async () => {
    const before = await certificate(60);
    const { told, taken, watching } = watched();
    // Certificates count by whole seconds.
    const begins = Math.ceil(Date.now() / 1000 + 1) * 1000;
    const renewed = await certificate(90, begins);
    await expect
      .poll(() => told)
      .toEqual([expect.stringContaining(`holds from ${new Date(begins).toISOString()}`)]);
    expect([taken, String(watching.context().cert)]).toEqual([[], before]);
    await expect.poll(() => taken).toEqual([renewed]);
    expect(Date.now()).toBeGreaterThanOrEqual(begins);
  });

  it('is begun with where there is no other, and told of', async () => {
    const begins = Math.ceil(Date.now() / 1000) * 1000 + DAY;
    await certificate(90, begins);
    const { told } = watched();
    await expect
      .poll(() => told)
      .toEqual([`TLS_CERT_FILE: holds from ${new Date(begins).toISOString()} on, not before.`]);
  });
});

describe('a renewal that went wrong', () => {
  it('is told once, and again when it goes wrong again after the one before had been put back', async () => {
    await certificate(60);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { told } = watched();
    const right = readFileSync(files.certFile);
    const lookWith = (cert: Buffer): void => {
      writeFileSync(files.certFile, cert);
      vi.advanceTimersByTime(20);
    };
    lookWith(right.subarray(0, 100));
    expect(told).toHaveLength(1);
    lookWith(right);
    lookWith(right.subarray(0, 100));
    expect(told).toHaveLength(2);
  });
});
