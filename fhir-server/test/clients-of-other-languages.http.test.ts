/**
 * Client libraries of Java and Python drive the server: HAPI FHIR, fhirpy, fhirclient, fhir.resources, SMART Fetch. Each is installed once into the cache folder, by the ordinary
 * clients of its registry; one that can't be had here is named, and not run.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

const HERE = join(import.meta.dirname, 'clients');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'wellspring', 'clients');
const INSTALL_MS = 240_000;
/** Some 10 s of processor time, beside whatever else the machine does. */
const RUN_MS = 300_000;

interface Kit {
  readonly name: string;
  /** What is installed, as text: another one is another folder. */
  readonly wanted: string;
  /** Into an empty folder. */
  readonly install: (folder: string) => readonly (readonly string[])[];
  readonly command: (folder: string) => readonly string[];
  /** Fewer would be a run that broke off. */
  readonly calls: number;
}

const python = (name: string, requirements: string, script: string, calls: number): Kit => ({
  name,
  wanted: readFileSync(join(HERE, requirements), 'utf8'),
  install: (folder) => [
    ['python3', '-m', 'venv', folder],
    [join(folder, 'bin/pip'), 'install', '-q', '-r', join(HERE, requirements)],
  ],
  command: (folder) => [join(folder, 'bin/python'), join(HERE, script)],
  calls,
});

const KITS: readonly Kit[] = [
  {
    name: 'HAPI FHIR (Java)',
    wanted: readFileSync(join(HERE, 'pom.xml'), 'utf8'),
    install: (folder) => [
      ['java', '-version'],
      [
        'mvn',
        '-q',
        '-B',
        '-f',
        join(HERE, 'pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${folder}`,
      ],
    ],
    command: (folder) => ['java', '-cp', join(folder, '*'), join(HERE, 'Hapi.java')],
    calls: 58,
  },
  python('fhirpy, fhirclient and fhir.resources (Python)', 'requirements.txt', 'clients.py', 37),
  python('SMART Fetch (Python)', 'bulk-requirements.txt', 'bulk_fetch.py', 4),
];

/** Its folder; undefined, and a line that says so, where it can't be installed here. */
function installed({ name, wanted, install }: Kit): string | undefined {
  const folder = join(CACHE, createHash('sha256').update(wanted).digest('hex').slice(0, 16));
  const mark = join(folder, 'is-whole');
  if (existsSync(mark)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [command = '', ...args] of install(folder)) {
    const { status, error }: SpawnSyncReturns<Buffer> = spawnSync(command, args, { timeout: INSTALL_MS });
    if (status === 0) continue;
    process.stderr.write(
      `${name}: not run here, '${command} ${args[0]}' failed${error ? ` (${error.message})` : ''}.\n`,
    );
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  renameSync(mkdtempSync(join(CACHE, 'whole-')), mark);
  return folder;
}

const kits = KITS.flatMap((kit) => {
  const folder = installed(kit);
  return folder === undefined ? [] : [{ ...kit, folder }];
});

it('the versions that are tried are those that the documentation names', () => {
  const documented = readFileSync(join(import.meta.dirname, '../../docs/APPS.md'), 'utf8');
  const libraries = (KITS[1]?.wanted.trim().split('\n') ?? []).map((line) => line.replace('==', ' '));
  const [, hapi] =
    /<artifactId>hapi-fhir-client<\/artifactId>\s*<version>([\d.]+)</.exec(KITS[0]?.wanted ?? '') ?? [];
  for (const named of [`HAPI FHIR ${hapi} (Java)`, ...libraries]) expect(documented).toContain(`| ${named}`);
  const exchange = readFileSync(join(import.meta.dirname, '../../docs/EXCHANGE.md'), 'utf8');
  expect(exchange).toContain(KITS[2]?.wanted.trim().replace('smart-fetch==', 'SMART Fetch '));
});

describe.each(kits)('$name', ({ command, folder, calls }) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  it(
    'makes its calls without an error',
    async () => {
      const [program = '', ...args] = command(folder);
      const lines = (await output(program, [...args, world.base, world.system])).trim().split('\n');
      expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
      expect(lines.length).toBeGreaterThanOrEqual(calls);
    },
    RUN_MS,
  );
});

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}
