/** `npm run verify`, this server's part, as a process of its own: it says what is wrong, and ends. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killedStores } from './stores.ts';

describe.each(killedStores())('npm run verify on %s', (_name, { environment, drop }) => {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-verify-'));
  const key = join(folder, 'key.json');
  beforeAll(async () => {
    const { privateKey } = await generateKeyPair('ES384', { extractable: true });
    writeFileSync(key, JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'test', alg: 'ES384' }));
  });
  afterAll(async () => {
    await drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const verify = (more: Readonly<Record<string, string>> = {}) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../src/tools/verify.ts')],
      {
        encoding: 'utf8',
        timeout: 60_000,
        env: {
          ...process.env,
          DATA_DIR: folder,
          FHIR_CLIENT_KEY_FILE: key,
          MONGODB_URL: '',
          ...environment,
          ...more,
        },
      },
    );
    return { status, text: `${stdout}${stderr}` };
  };

  it('says that all is well', () => {
    expect(verify()).toEqual({
      status: 0,
      text: '0 resources, 0 faults; 0 batches of audit rows, 0 faults.\n',
    });
  }, 70_000);

  it('ends with 1 where the ends that were sent elsewhere can’t be had', () => {
    const { status, text } = verify({ AUDIT_ANCHOR_FILE: join(folder, 'taken-away.ndjson') });
    expect(text).toMatch(/^AUDIT_ANCHOR_FILE can't be read: /);
    // null: it was still there after a minute.
    expect(status).toBe(1);
    const { status: unreachable } = verify({ AUDIT_ANCHOR_URL: 'http://127.0.0.1:9/anchors' });
    expect(unreachable).toBe(1);
  }, 140_000);
});
