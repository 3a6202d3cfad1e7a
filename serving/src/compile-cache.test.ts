import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-compiled-'));
  cache = join(folder, 'a', 'compiled');
  writeFileSync(join(folder, 'rest.mjs'), 'console.log("ran");');
  const keep = pathToFileURL(join(import.meta.dirname, 'compile-cache.ts'));
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { keepCompiled } from '${keep}';
     keepCompiled(process.argv[2]);
     await import('./rest.mjs');
     console.log(process.env.NODE_COMPILE_CACHE ?? 'none');`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What it says, and in which folder it and those it starts keep what was compiled. */
const start = (env: Record<string, string> = {}) => {
  const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'main.mjs'), cache], {
    env: { ...rest, ...env },
    encoding: 'utf8',
  });
  return { status, said: stdout.trim().split('\n'), stderr };
};
const kept = (): readonly string[] =>
  existsSync(cache) ? readdirSync(cache, { recursive: true, encoding: 'utf8' }) : [];

describe('compiled code', () => {
  it('is kept in a folder that nobody else may read or write, and read from there', () => {
    expect(start()).toEqual({ status: 0, said: ['ran', cache], stderr: '' });
    expect((statSync(cache).mode & 0o777).toString(8)).toBe('700');
    const first = kept();
    expect(first.length).toBeGreaterThan(1);
    expect(start().said).toEqual(['ran', cache]);
    expect(kept()).toEqual(first);
  });

  it('is made anew where it is damaged', () => {
    start();
    const files = kept().map((name) => join(cache, name));
    for (const file of files.filter((each) => statSync(each).isFile())) truncateSync(file, 40);
    expect(start()).toEqual({ status: 0, said: ['ran', cache], stderr: '' });
  });

  it('is not kept where others may write, nor where no folder can be made; the server starts', () => {
    mkdirSync(cache, { recursive: true });
    chmodSync(cache, 0o777);
    expect(start()).toEqual({ status: 0, said: ['ran', 'none'], stderr: '' });
    expect(kept()).toEqual([]);
    rmSync(cache, { recursive: true });
    writeFileSync(cache, 'a file');
    expect(start()).toEqual({ status: 0, said: ['ran', 'none'], stderr: '' });
  });

  it("is the operator's to put elsewhere", () => {
    const own = join(folder, 'own');
    expect(start({ NODE_COMPILE_CACHE: own }).said).toEqual(['ran', own]);
    expect(kept()).toEqual([]);
  });
});
