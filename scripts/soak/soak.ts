/**
 * A server that is killed again and again while it is written to, and then left to work: what was acknowledged is there, nothing is there in part, every version has
 * its row in a whole audit chain, and memory does not grow.
 */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { authorization, type FhirUnderTest, startFhir } from '../bench/servers.ts';
import { median } from '../median.ts';
import { createClients, type Ledger } from './clients.ts';

export interface SoakOptions {
  readonly minutes: number;
  /** However long that takes. */
  readonly leastKills?: number;
  /** undefined: the embedded store. */
  readonly mongodb: string | undefined;
  readonly say: (line: string) => void;
}

export interface SoakReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly faults: readonly string[];
  /** Megabytes besides the page cache, in the order of time, from the part without kills. */
  readonly memory: readonly number[];
}

/** Part of the time in which the server is killed. */
const KILLING = 0.8;
/** Milliseconds that a server lives before it is killed. */
const LIFE = { least: 100, most: 1000 };
const VERIFY_EVERY = 100;
/** Memory of the last third against that of the third before it. */
const MOST_GROWTH = 1.25;

export async function soak({ minutes, leastKills = 1, mongodb, say }: SoakOptions): Promise<SoakReport> {
  const begin = Date.now();
  const total = minutes * 60_000;
  const faults: string[] = [];
  const fhir = await startFhir(
    mongodb === undefined
      ? {}
      : { MONGODB_URL: mongodb, MONGODB_DATABASE: `soak_${randomUUID().slice(0, 8)}` },
  );
  const clients = createClients(fhir.base);
  let kills = 0;
  try {
    while (Date.now() - begin < KILLING * total || kills < leastKills) {
      const ledger = await liveAndDie(fhir, clients);
      kills += 1;
      faults.push(...(await clients.check(ledger)));
      if (kills % VERIFY_EVERY !== 0) continue;
      faults.push(...(await verified(fhir)));
      say(`${kills} kills, ${clients.acknowledged()} acknowledged, ${faults.length} faults`);
    }
    const memory = await memoryUnderLoad(fhir, clients, begin + total);
    faults.push(...growth(memory), ...(await verified(fhir)), ...(await clients.checkAll()));
    return { kills, acknowledged: clients.acknowledged(), faults, memory };
  } finally {
    await fhir.close();
  }
}

async function liveAndDie(fhir: FhirUnderTest, clients: ReturnType<typeof createClients>): Promise<Ledger> {
  const stop = clients.start();
  await wait(LIFE.least + Math.random() * (LIFE.most - LIFE.least));
  await fhir.kill();
  const ledger = await stop();
  await fhir.restart();
  return ledger;
}

async function memoryUnderLoad(
  fhir: FhirUnderTest,
  clients: ReturnType<typeof createClients>,
  until: number,
): Promise<number[]> {
  const stop = clients.start();
  const samples: number[] = [];
  const pause = Math.max(200, (until - Date.now()) / 60);
  while (Date.now() < until) {
    await wait(pause);
    samples.push(fhir.memory().own);
  }
  await clients.check(await stop());
  return samples;
}

/** What a server takes at first it keeps; what grows after that goes on growing. */
function growth(samples: readonly number[]): string[] {
  const third = Math.floor(samples.length / 3);
  if (third < 3 || samples.some(Number.isNaN)) return [];
  const [before, after] = [median(samples.slice(third, 2 * third)), median(samples.slice(2 * third))];
  return after > MOST_GROWTH * before
    ? [`memory grows: ${Math.round(before)} MB, then ${Math.round(after)} MB`]
    : [];
}

const run = promisify(execFile);

/**
 * `npm run verify` on the store as it is: index, audit chain, and that each audit row has its place. The event loop turns meanwhile: where it stood for longer than the
 * server keeps an idle connection, the next request went out on one that the server had closed, and failed.
 */
async function verified(fhir: FhirUnderTest): Promise<string[]> {
  const tool = join(import.meta.dirname, '../../fhir-server/src/tools/verify.ts');
  try {
    await run(process.execPath, [tool], { env: { ...process.env, ...fhir.settings } });
  } catch (error) {
    return [`verify: ${whole(error)}`];
  }
  try {
    return await unaudited(fhir);
  } catch (error) {
    return [`audit rows could not be looked for: ${whole(error)}`];
  }
}

/** All that is known of what was thrown: what a tool said, or message, cause and stack. */
function whole(error: unknown): string {
  const { stdout, stderr } = error as { stdout?: string; stderr?: string };
  return [stdout, stderr, inspect(error)]
    .filter((each) => each !== undefined && each !== '')
    .join('\n')
    .slice(0, 4000);
}

/** The newest versions in the history of the system, each with its event in the log. */
async function unaudited({ base }: FhirUnderTest): Promise<string[]> {
  const ask = async (path: string) =>
    (await (await fetch(`${base}/${path}`, { headers: authorization })).json()) as {
      entry?: { resource?: { resourceType: string; id: string; meta: { versionId: string } } }[];
    };
  const faults: string[] = [];
  for (const { resource } of (await ask('_history?_count=50')).entry ?? []) {
    if (!resource) continue;
    const name = `${resource.resourceType}/${resource.id}`;
    const events = await ask(`AuditEvent?entity=${name}&_count=100`);
    if (!JSON.stringify(events).includes(`${name}/_history/${resource.meta.versionId}`))
      faults.push(`${name}/_history/${resource.meta.versionId} has no audit row`);
  }
  return faults;
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
