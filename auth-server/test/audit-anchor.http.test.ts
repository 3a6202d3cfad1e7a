/** Ends of the audit log that are sent elsewhere: a log whose end was cut off is found, as `npm run verify` finds it. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openWorld, type World } from './world.ts';

const TOKEN = 'a-token-for-the-sink';
let sink: Server;
let isAway = false;
const lines: string[] = [];
let world: World;
let env: Record<string, string>;

beforeAll(async () => {
  sink = createServer((request, response) => {
    if (isAway || request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(503).end();
      return;
    }
    if (request.method === 'GET') {
      response.end(lines.join('\n'));
      return;
    }
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      lines.push(body);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  env = {
    AUDIT_ANCHOR_URL: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/anchors`,
    AUDIT_ANCHOR_TOKEN: TOKEN,
    AUDIT_ANCHOR_SECONDS: '1',
  };
  world = await openWorld({ fhir: false, env });
});
afterAll(async () => {
  await world?.close();
  sink?.close();
});

function verify(more: Record<string, string> = {}): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    // Not in this process: the sink must answer meanwhile.
    const { config, dataDir } = world;
    const child = spawn(process.execPath, [join(import.meta.dirname, '../src/tools/verify.ts')], {
      env: {
        ...process.env,
        ...env,
        AUTH_ISSUER: config.AUTH_ISSUER,
        FHIR_BASE_URL: config.FHIR_BASE_URL,
        DATA_DIR: dataDir,
        MONGODB_URL: '',
        ...more,
      },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    child.once('close', (code) => resolve({ code, text }));
  });
}

describe('the end of the audit log', () => {
  it('is sent elsewhere, and missed when it is cut off', async () => {
    const file = join(world.dataDir, 'anchors.ndjson');
    await world.browser().signInToAccount('maria', 'wrong');
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), { timeout: 5000 });
    expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({
      log: 'auth-server',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await verify()).code).toBe(0);
    // The sink is away for a while: the end that it missed is sent when it is back.
    isAway = true;
    await world.browser().signInToAccount('maria', 'wrong');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const before = lines.length;
    isAway = false;
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(before), { timeout: 5000 });
    const whole = await verify();
    expect(whole).toMatchObject({ code: 0 });
    const db = new DatabaseSync(join(world.dataDir, 'auth.sqlite'));
    db.exec('DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)');
    db.close();
    const cut = await verify();
    expect(cut.code).toBe(1);
    expect(cut.text).toMatch(/row \d+: cut off/);
    // Without what was sent elsewhere it can't be seen; and where that can't be had, nothing is claimed.
    expect((await verify({ AUDIT_ANCHOR_URL: '' })).code).toBe(0);
    isAway = true;
    expect(await verify()).toMatchObject({
      code: 1,
      text: expect.stringContaining('AUDIT_ANCHOR_URL answered 503'),
    });
    isAway = false;
    const copied = lines.join('\n');
    writeFileSync(file, copied);
    expect((await verify({ AUDIT_ANCHOR_URL: '', AUDIT_ANCHOR_FILE: file })).code).toBe(1);
  }, 60_000);
});
