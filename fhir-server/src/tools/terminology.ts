/**
 * `npm run terminology -- load FILE [--url URL] [--version VERSION]`, `… list`, `… remove URL [--version VERSION]`: code systems into tables of their own, on the
 * store of the configuration, while servers run or not. FILE: a release as it is published, as a folder or zip; a load that was cut off goes on by the same command.
 */
import { parseArgs } from 'node:util';
import { keepPrivate } from '@wellspring/serving/private-files';
import { loadConfig } from '../config.ts';
import { loadRelease, releasesOf } from '../terminology/load/load.ts';
import type { Named } from '../terminology/load/release.ts';
import { openTables } from '../terminology/tables/open-tables.ts';
import type { TerminologyTables } from '../terminology/tables/tables.ts';

const USAGE =
  'terminology -- load FILE [--url URL] [--version VERSION] | list | remove URL [--version VERSION]';
/** How often progress is told, in milliseconds. */
const EVERY_MS = 2000;

async function load(tables: TerminologyTables, path: string, named: Named): Promise<void> {
  for (const release of await releasesOf(path, named, console.log)) {
    const start = performance.now();
    let told = start;
    console.log(`${release.url} ${release.version ?? '(no version)'} …`);
    const { concepts } = await loadRelease(tables, release, ({ part, records }) => {
      if (performance.now() - told < EVERY_MS) return;
      told = performance.now();
      console.log(`  ${part}: ${records} records, ${Math.round((told - start) / 1000)} s`);
    });
    console.log(`  ${concepts} concepts, ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}

async function list(tables: TerminologyTables): Promise<void> {
  for (const { url, version, concepts, loaded, title } of await tables.systems())
    console.log(
      `${url} ${version ?? '(no version)'}: ${concepts} concepts, loaded ${new Date(loaded).toISOString()}${title ? `, ${title}` : ''}`,
    );
}

async function remove(tables: TerminologyTables, { url, version }: Named): Promise<void> {
  const found = (await tables.systems()).filter(
    (each) => each.url === url && (version === undefined || each.version === version),
  );
  if (found.length === 0) throw new Error(`${url} ${version ?? ''} is not loaded.`);
  for (const each of found) {
    await tables.remove(each.id);
    console.log(`Removed: ${each.url} ${each.version ?? ''}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: { type: 'string' }, version: { type: 'string' } },
  });
  const [command, what] = positionals;
  const config = loadConfig(process.env);
  const tables = await openTables({ folder: config.terminologyDir, mongodb: config.mongodb });
  try {
    if (command === 'list') await list(tables);
    else if (command === 'load' && what) await load(tables, what, values);
    else if (command === 'remove' && what) await remove(tables, { ...values, url: what });
    else throw new Error(`Usage: npm run ${USAGE}`);
  } finally {
    await tables.close();
  }
}

keepPrivate();
await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
