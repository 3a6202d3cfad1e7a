/** The same questions on MongoDB, at 1 to 128 connections: how many a second, and what each costs in commands, retries and aborted transactions. */
import { randomUUID } from 'node:crypto';
import { observation, patient } from './data.ts';
import { underLoad } from './load.ts';
import type { Row } from './row.ts';
import { countsOf, type FhirUnderTest, startFhir, TOKEN } from './servers.ts';
import { fill } from './store-rows.ts';

const CONNECTIONS = [1, 8, 32, 128] as const;
const PATIENTS = 100;
const OBSERVATIONS = 5000;
const BUNDLE = 100;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** When nothing of the load before is under way any more: of a hundred large transactions one after the other nothing may end for a second. */
async function settled(fhir: FhirUnderTest): Promise<Record<string, number>> {
  for (let before = await countsOf(fhir); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = await countsOf(fhir);
    const isUnderWay = now.begun !== (now.committed ?? 0) + (now.aborted ?? 0);
    if (!isUnderWay && now.begun === before.begun) return now;
    before = now;
  }
}

export async function onMongodb(url: string, seconds: number): Promise<Row[]> {
  const fhir = await startFhir({ MONGODB_URL: url, MONGODB_DATABASE: `bench_${randomUUID().slice(0, 8)}` });
  try {
    const rate = await fill(fhir, OBSERVATIONS, PATIENTS);
    const query = '/fhir/Observation?patient=p3&code=http://loinc.org|4548-4&_sort=-date&_count=20';
    let n = OBSERVATIONS;
    const next = (): object => observation(n++, PATIENTS);
    const kinds: [string, () => Request][] = [
      ['read by id', () => ({ method: 'GET', path: '/fhir/Patient/p3' })],
      ['search patient + code, newest 20', () => ({ method: 'GET', path: query })],
      ['create', () => ({ method: 'POST', path: '/fhir/Observation', body: JSON.stringify(next()) })],
      ['update of one of 100', () => update(n++ % PATIENTS)],
      [`transaction of ${BUNDLE}`, () => ({ method: 'POST', path: '/fhir/', body: bundleOf(next) })],
    ];
    const rows: Row[] = [
      {
        what: 'MongoDB: filling by transactions of 1,000',
        measured: `${Math.round(rate)} resources/s`,
        against: '',
        goal: '',
      },
    ];
    for (const [what, request] of kinds) rows.push(...(await measure(fhir, what, request, seconds)));
    return rows;
  } finally {
    await fhir.close();
  }
}

async function measure(
  fhir: FhirUnderTest,
  what: string,
  request: () => Request,
  seconds: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let alone = 0;
  for (const connections of CONNECTIONS) {
    const before = await settled(fhir);
    const { perSecond, p99, failed } = await underLoad({
      url: fhir.base,
      token: TOKEN,
      connections,
      seconds,
      request,
    });
    const after = await settled(fhir);
    const spent = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
    // What was under way when the load ended is done after it: of writes the transactions are counted.
    const done = spent('committed') || perSecond * seconds;
    alone ||= perSecond;
    const share = spent('begun') === 0 ? 0 : (100 * spent('aborted')) / spent('begun');
    rows.push({
      what: `MongoDB: ${what}, ${connections} connections`,
      measured: `${Math.round(perSecond)}/s, p99 ${p99} ms; ${(spent('commands') / done).toFixed(1)} commands each, ${share.toFixed(2)} % of transactions aborted${failed > 0 ? `, ${failed} FAILED` : ''}`,
      against: `${(perSecond / alone).toFixed(1)} times one connection`,
      goal: '',
    });
  }
  return rows;
}

const update = (i: number): Request => ({
  method: 'PUT',
  path: `/fhir/Patient/p${i}`,
  body: JSON.stringify(patient(i)),
});

function bundleOf(next: () => object): string {
  const entry = Array.from({ length: BUNDLE }, () => ({
    resource: next(),
    request: { method: 'POST', url: 'Observation' },
  }));
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
}
