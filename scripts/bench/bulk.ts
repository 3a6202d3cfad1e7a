/** Whole populations: NDJSON in by `$import`, and out again by `$export`, with the memory that the server takes meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { laboratory, patient } from './data.ts';
import { type Row, whole } from './row.ts';
import { authorization, type FhirUnderTest, startFhir } from './servers.ts';

const PATIENTS_PER_OBSERVATION = 100;
const LINES_AT_ONCE = 500;
const LOOK_MS = 250;
const MEGABYTE = 1_000_000;

export async function bulkRows(observations: number): Promise<Row[]> {
  const fhir = await startFhir();
  try {
    return [await importRow(fhir, observations), await exportRow(fhir)];
  } finally {
    await fhir.close();
  }
}

async function importRow(fhir: FhirUnderTest, observations: number): Promise<Row> {
  const patients = Math.max(10, Math.floor(observations / PATIENTS_PER_OBSERVATION));
  const begun = performance.now();
  const response = await fetch(`${fhir.base}/$import`, {
    method: 'POST',
    headers: { ...authorization, 'Content-Type': 'application/fhir+ndjson' },
    body: ReadableStream.from(lines(observations, patients)),
    duplex: 'half',
  } as RequestInit);
  const handedUp = performance.now();
  const { status, memory } = await settled(fhir, response);
  const seconds = (performance.now() - handedUp) / 1000;
  const { output, error } = (await status.json()) as { output: { count: number }[]; error: unknown[] };
  const resources = output.reduce((sum, { count }) => sum + count, 0);
  if (error.length > 0 || resources !== observations + patients) throw new Error('the import is not whole');
  return {
    what: `$import of ${whole(resources)} resources, validated, audited`,
    measured: `${whole(resources / seconds)}/s, ${whole(memory)} MB more memory`,
    against: `handed up in ${((handedUp - begun) / 1000).toFixed(1)} s`,
    goal: 'several thousand/s',
  };
}

async function exportRow(fhir: FhirUnderTest): Promise<Row> {
  const begun = performance.now();
  const response = await fetch(`${fhir.base}/$export`, {
    headers: { ...authorization, Prefer: 'respond-async' },
  });
  const { status, memory } = await settled(fhir, response);
  const seconds = (performance.now() - begun) / 1000;
  const { output } = (await status.json()) as { output: { count: number; url: string }[] };
  const resources = output.reduce((sum, { count }) => sum + count, 0);
  const downloading = performance.now();
  let bytes = 0;
  for (const { url } of output) bytes += await sizeOf(url);
  const downloaded = (performance.now() - downloading) / 1000;
  return {
    what: `$export of ${whole(resources)} resources (${whole(bytes / MEGABYTE)} MB)`,
    measured: `${(bytes / MEGABYTE / seconds).toFixed(1)} MB/s, ${whole(resources / seconds)}/s, ${whole(memory)} MB more memory`,
    against: `downloaded and unpacked at ${(bytes / MEGABYTE / downloaded).toFixed(1)} MB/s`,
    goal: '≥ 20 MB/s, < 100 MB more',
  };
}

/** `memory`: the most megabytes of its own that the server had beyond those at the beginning. */
async function settled(fhir: FhirUnderTest, begun: Response): Promise<{ status: Response; memory: number }> {
  const location = begun.headers.get('content-location');
  if (begun.status !== 202 || !location)
    throw new Error(`${begun.status} ${(await begun.text()).slice(0, 500)}`);
  const before = fhir.memory().own;
  let most = before;
  for (;;) {
    const status = await fetch(location, { headers: authorization });
    if (status.status === 200) return { status, memory: most - before };
    if (status.status !== 202 && status.status !== 429)
      throw new Error(`${status.status} ${await status.text()}`);
    await status.arrayBuffer();
    most = Math.max(most, fhir.memory().own);
    await sleep(LOOK_MS);
  }
}

async function sizeOf(url: string): Promise<number> {
  const { body } = await fetch(url, { headers: { ...authorization, 'Accept-Encoding': 'gzip' } });
  let bytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
  return bytes;
}

function* lines(observations: number, patients: number): Generator<Uint8Array> {
  const text = (resources: readonly object[]): Uint8Array =>
    Buffer.from(`${resources.map((each) => JSON.stringify(each)).join('\n')}\n`);
  for (let from = 0; from < patients; from += LINES_AT_ONCE)
    yield text(Array.from({ length: Math.min(LINES_AT_ONCE, patients - from) }, (_, i) => patient(from + i)));
  for (let from = 0; from < observations; from += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, observations - from);
    yield text(Array.from({ length: count }, (_, i) => ({ ...laboratory(patients), id: `lab-${from + i}` })));
  }
}
