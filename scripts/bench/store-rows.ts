/**
 * What the store costs: reads, searches and writes beside a bare handler in the same run, at 1, 8, 32 and 128 connections.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundles, laboratory, transactionOf } from './data.ts';
import { underLoad } from './load.ts';
import { percent, type Row, send, synthea, whole } from './row.ts';
import { authorization, type Bare, type FhirUnderTest, startBare, startFhir } from './servers.ts';

export interface StoreOptions {
  readonly observations: number;
  /** Of each load. */
  readonly seconds: number;
}

const CONNECTIONS = [1, 8, 32, 128];
/** Those that the goals are for. */
const USUAL = 32;
const PATIENTS_PER_OBSERVATION = 1000;
const REST_MS = 30_000;
/** Records that are sent at the same time. */
const AT_ONCE = 4;
const LIST_LENGTHS = [1, 10, 100, 1000];

export async function storeRows(options: StoreOptions): Promise<Row[]> {
  const { observations, seconds } = options;
  const fhir = await startFhir();
  const size = `${whole(observations)} Observations`;
  const patients = Math.max(10, Math.floor(observations / PATIENTS_PER_OBSERVATION));
  try {
    const rows: Row[] = [startRow(fhir, 'empty')];
    rows.push(await fillRow(fhir, observations, patients, size));
    rows.push(memoryRow(fhir, `after filling, ${size}`));
    const query = `${fhir.base}/Observation?patient=p3&code=http://loinc.org|4548-4&_sort=-date&_count=20`;
    const page = await (await fetch(query, { headers: authorization })).text();
    const first = (JSON.parse(page) as { entry: { fullUrl: string }[] }).entry[0]?.fullUrl as string;
    const one = await (await fetch(first, { headers: authorization })).text();
    const bare = await startBare([one, page]);
    try {
      for (const connections of CONNECTIONS) {
        const at = `${size}; ${connections} connections`;
        const load = { connections, seconds };
        const goal = connections === USUAL;
        rows.push(await besides(fhir, bare, first, 0, load, `read by id (${at})`, goal ? '≥ 60 %' : ''));
        rows.push(
          await besides(
            fhir,
            bare,
            query,
            1,
            load,
            `search patient + code, newest 20 (${at})`,
            goal ? '≥ 25 %' : '',
          ),
        );
        rows.push(await createRow(fhir, bare, patients, load, at));
      }
    } finally {
      await bare.close();
    }
    rows.push(await transactionRow(fhir, patients, seconds, size));
    rows.push(...(await listRows(fhir, size)));
    rows.push(await importRow(fhir, size));
    rows.push(memoryRow(fhir, `after all that, ${size}`));
    await sleep(REST_MS);
    rows.push(memoryRow(fhir, `after half a minute of rest, ${size}`));
    await fhir.restart();
    rows.push(startRow(fhir, size));
    return rows;
  } finally {
    await fhir.close();
  }
}

const startRow = (fhir: FhirUnderTest, size: string): Row => ({
  what: `fhir-server, start to healthy; memory then (${size})`,
  measured: `${fhir.startSeconds().toFixed(2)} s; ${whole(fhir.memory().resident)} MB`,
  against: '',
  goal: '< 0.5 s; < 250 MB',
});

/** Resources a second. */
export async function fill(fhir: FhirUnderTest, observations: number, patients: number): Promise<number> {
  const begin = performance.now();
  for (const body of bundles(observations, patients)) await send(fhir.base, body);
  return (observations + patients) / ((performance.now() - begin) / 1000);
}

async function fillRow(
  fhir: FhirUnderTest,
  observations: number,
  patients: number,
  size: string,
): Promise<Row> {
  const rate = await fill(fhir, observations, patients);
  return {
    what: `filling the store by transactions of 1,000 (${size})`,
    measured: `${whole(rate)} resources/s`,
    against: '',
    goal: '≥ 3,000/s',
  };
}

async function besides(
  fhir: FhirUnderTest,
  bare: Bare,
  url: string,
  payload: number,
  load: { connections: number; seconds: number },
  what: string,
  goal: string,
): Promise<Row> {
  const bareCost = bare.cpu();
  const plain = await underLoad({ url: `${bare.base}/${payload}`, ...load });
  const bareEach = (bare.cpu() - bareCost) / plain.total;
  const cost = fhir.cpu();
  const ours = await underLoad({ url, token: fhir.token, ...load });
  const each = (fhir.cpu() - cost) / ours.total;
  return {
    what,
    measured: `${whole(ours.perSecond)}/s, p99 ${ours.p99} ms, ${whole(each)} µs of processor${failures(ours.failed)}`,
    against: `${percent(ours.perSecond, plain.perSecond)} of a bare handler (${whole(plain.perSecond)}/s); ${percent(bareEach, each)} by processor time`,
    goal,
  };
}

async function createRow(
  fhir: FhirUnderTest,
  bare: Bare,
  patients: number,
  load: { connections: number; seconds: number },
  at: string,
): Promise<Row> {
  const body = (): string => JSON.stringify(laboratory(patients));
  const plain = await underLoad({
    url: bare.base,
    ...load,
    request: () => ({ method: 'POST', path: '/', body: body() }),
  });
  const [written, cost] = [fhir.written(), fhir.cpu()];
  const ours = await underLoad({
    url: fhir.base,
    token: fhir.token,
    ...load,
    request: () => ({ method: 'POST', path: '/fhir/Observation', body: body() }),
  });
  const kilobytes = (fhir.written() - written) / 1024 / ours.total;
  return {
    what: `create of 2 kB with identifier, code and date of its own (${at})`,
    measured: `${whole(ours.perSecond)}/s, p99 ${ours.p99} ms, ${whole((fhir.cpu() - cost) / ours.total)} µs of processor, ${kilobytes.toFixed(1)} KiB written${failures(ours.failed)}`,
    against: `${percent(ours.perSecond, plain.perSecond)} of parse and insert (${whole(plain.perSecond)}/s)`,
    goal: load.connections === USUAL ? '≥ 3,000/s; ≤ 50 KiB' : '',
  };
}

async function transactionRow(
  fhir: FhirUnderTest,
  patients: number,
  seconds: number,
  size: string,
): Promise<Row> {
  const ready = Array.from({ length: 50 }, () =>
    transactionOf(Array.from({ length: 100 }, () => laboratory(patients))),
  );
  let next = 0;
  const ours = await underLoad({
    url: fhir.base,
    token: fhir.token,
    connections: 4,
    seconds,
    request: () => ({ method: 'POST', path: '/fhir', body: ready[next++ % ready.length] as string }),
  });
  return {
    what: `transactions of 100 Observations, 4 connections (${size})`,
    measured: `${whole(ours.perSecond * 100)} resources/s${failures(ours.failed)}`,
    against: '',
    goal: '≥ 3,500/s',
  };
}

/** S16: what each parameter is asked for by a list of many values; a longer list finds more of what the fill and the creates made. */
const LISTS: Readonly<Record<string, (i: number) => string>> = {
  code: (i) => `http://loinc.org|${i}-1`,
  'code:not': (i) => `http://loinc.org|${i}-1`,
  date: (i) => new Date(Date.UTC(2010, 0, 1 + i)).toISOString().slice(0, 10),
  'value-quantity': (i) => `${i / 10}|http://unitsofmeasure.org|mmol/L`,
  'code:text': (i) => `Laboratory test ${i}-`,
  patient: (i) => `p${i}`,
  'patient.name': (i) => `Family${i}`,
};

async function listRows(fhir: FhirUnderTest, size: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, value] of Object.entries(LISTS)) {
    const times: string[] = [];
    for (const length of LIST_LENGTHS) {
      const values = Array.from({ length }, (_, i) => value(i)).join(',');
      const begin = performance.now();
      const response = await fetch(`${fhir.base}/Observation/_search`, {
        method: 'POST',
        headers: {
          Authorization: authorization.Authorization,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ [name]: values, _count: '20', _total: 'accurate' }),
      });
      const { total } = (await response.json()) as { total?: number };
      const found = response.ok ? `for ${whole(total ?? 0)}` : `and ${response.status}`;
      times.push(`${length}: ${whole(performance.now() - begin)} ms ${found}`);
    }
    rows.push({
      what: `search by a list of values of \`${name}\`, exact total: values, time, found (${size})`,
      measured: times.join('; '),
      against: '',
      goal: 'linear',
    });
  }
  return rows;
}

async function importRow(fhir: FhirUnderTest, size: string): Promise<Row> {
  const { name, texts, first, resources } = synthea(88);
  const begin = performance.now();
  for (const text of texts.slice(0, first)) await send(fhir.base, text);
  const left = texts.slice(first);
  const sendOn = async (): Promise<void> => {
    for (let text = left.shift(); text !== undefined; text = left.shift()) await send(fhir.base, text);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendOn));
  return {
    what: `transaction import, validated: ${name}, ${whole(resources)} resources, ${AT_ONCE} records at once, into ${size}`,
    measured: `${whole(resources / ((performance.now() - begin) / 1000))} resources/s`,
    against: '',
    goal: '≥ 4,000/s; ≥ 3,000/s at a million',
  };
}

function memoryRow(fhir: FhirUnderTest, when: string): Row {
  const { resident, own } = fhir.memory();
  return {
    what: `memory; on disk (${when})`,
    measured: `${whole(own)} MB besides the page cache, ${whole(resident)} MB with it; ${whole(megabytes(fhir))} MB`,
    against: '',
    goal: '< 400 MB',
  };
}

const failures = (count: number): string => (count === 0 ? '' : `, ${count} FAILED`);

function megabytes({ dataDir }: FhirUnderTest): number {
  return readdirSync(dataDir)
    .filter((name) => name.startsWith('fhir'))
    .reduce((sum, name) => sum + statSync(join(dataDir, name)).size / 1_048_576, 0);
}
