import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createAnchor, readAnchors } from './audit-anchor.ts';

const folder = mkdtempSync(join(tmpdir(), 'wellspring-anchors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sends these ends, one after another, as a server that was started for it. */
async function send(file: string, ...ends: readonly number[]): Promise<void> {
  const heads = ends.map((n) => ({ stream: 'a', n, hash: `hash of ${n}` }));
  const anchor = createAnchor(
    { file },
    'fhir-server',
    () => heads,
    (error) => expect.fail(error.message),
  );
  await anchor.send();
}

describe('ends of an audit log in a file', () => {
  it('are read as they were sent, each log’s own, and nobody else can read the file', async () => {
    const file = join(folder, 'whole.ndjson');
    await send(file, 3, 5);
    expect(await readAnchors({ file }, 'fhir-server')).toMatchObject([
      { stream: 'a', n: 3, hash: 'hash of 3' },
      { stream: 'a', n: 5, hash: 'hash of 5' },
    ]);
    expect(await readAnchors({ file }, 'auth-server')).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('that are not there are no empty ones: a cut-off end would pass', async () => {
    await expect(readAnchors({ file: join(folder, 'taken-away.ndjson') }, 'fhir-server')).rejects.toThrow(
      /^AUDIT_ANCHOR_FILE can't be read: /,
    );
  });

  it('stand on lines of their own after half of one, which is told by its number', async () => {
    const file = join(folder, 'cut.ndjson');
    await send(file, 3);
    const [whole = ''] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${whole}\n${whole.slice(0, 20)}`);
    await send(file, 5);
    await expect(readAnchors({ file }, 'fhir-server')).rejects.toThrow(
      'AUDIT_ANCHOR_FILE: line 2 is no end of a log.',
    );
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, lines.toSpliced(1, 1).join('\n'));
    expect((await readAnchors({ file }, 'fhir-server')).map(({ n }) => n)).toEqual([3, 5]);
  });
});
