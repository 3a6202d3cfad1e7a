/** The administrator's command line, as it is called: beside a running server, on the same store. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, PASSWORD, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ fhir: false });
});
afterAll(() => world?.close());

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; error: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['auth-server/src/admin/main.ts', ...args], {
      env: { PATH: process.env.PATH, DATA_DIR: world.dataDir, AUTH_ISSUER: world.issuer, ...env },
    });
    let [out, error] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      error += chunk.toString();
    });
    child.once('exit', (code) => resolve({ code, out: out.trim(), error: error.trim() }));
  });
}

describe('npm run admin', () => {
  it('says how it is used', async () => {
    const { code, error } = await run(['make', 'coffee']);
    expect(code).toBe(2);
    for (const command of ['clients approve', 'accounts unlock', 'keys rotate', 'audit list'])
      expect(error).toContain(command);
  });

  it('makes an administrator with a password from the environment, which has to be a good one', async () => {
    const weak = await run(['accounts', 'create-administrator', 'chief', 'chief@example.org'], {
      PASSWORD: 'Password123!',
    });
    expect([weak.code, weak.error]).toEqual([1, 'PASSWORD: does not meet common']);
    expect(
      (
        await run(['accounts', 'create-administrator', 'chief', 'chief@example.org'], {
          PASSWORD: 'Violet-Harbour-47',
        })
      ).out,
    ).toBe('done');
    expect((await run(['accounts', 'list'])).out).toContain('chief\tadministrator');
    const browser = world.browser();
    const page = await browser.signIn(await browser.get('/account'), 'chief', 'Violet-Harbour-47');
    expect(page.html).toContain('Set up the second step');
  });

  it('unlocks, disables and enables an account, for the server that runs', async () => {
    expect((await run(['accounts', 'disable', 'maria'])).out).toBe('done');
    expect((await world.browser().signInToAccount('maria')).status).toBe(401);
    expect((await run(['accounts', 'enable', 'maria'])).out).toBe('done');
    expect((await world.browser().signInToAccount('maria', PASSWORD)).html).toContain(
      'Open the health portal',
    );
    expect((await run(['accounts', 'unlock', 'maria'])).out).toBe('done');
    expect((await run(['accounts', 'unlock', 'no-one-here'])).code).toBe(1);
    expect((await run(['audit', 'list', 'maria'])).out).toContain('administrator: account disabled');
  });

  it('makes an activation code for a patient or a relative, and for nobody else', async () => {
    expect((await run(['accounts', 'activation-code', 'Patient/maria'])).out).toMatch(
      /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/,
    );
    expect((await run(['accounts', 'activation-code', 'Practitioner/x'])).code).toBe(1);
  });

  it('rotates the keys', async () => {
    expect((await run(['keys', 'list'])).out.split('\n')).toHaveLength(1);
    expect((await run(['keys', 'rotate', '1'])).out).toBe('done');
    expect((await run(['keys', 'list'])).out).toMatch(/signs now\n\w+\tpublished$/);
  });
});
