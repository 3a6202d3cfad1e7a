/**
 * Notifications with many subscriptions: how long after a write they come, and how many a second when much is written at once; and how many a second to one subscription alone.
 * On MongoDB also how many commands each takes.
 */
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { patient } from './data.ts';
import { type Row, send, whole } from './row.ts';
import { countsOf, type FhirUnderTest, startFhir } from './servers.ts';

const OF_PATIENT = 5;
/** Subscribers stand on so many hosts: to one of them there are eight calls at a time. */
const HOSTS = 32;
const TOGETHER = 500;
const STEADY_WRITES = 100;
const STEADY_MS = 50;
const BURST_WRITES = 1000;
/** To the one that is alone. */
const ALONE_WRITES = 1000;
const PATIENCE_MS = 180_000;

interface Subscribers {
  readonly port: number;
  handshakes(): number;
  /** Milliseconds at which events about this Observation came. */
  readonly came: Map<string, number[]>;
  events(): number;
  close(): void;
}

export async function subscriptionRows(count: number, store: Record<string, string> = {}): Promise<Row[]> {
  const subscribers = await openSubscribers();
  const fhir = await startFhir({ SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.0/8', ...store });
  try {
    const begun = performance.now();
    await subscribe(fhir, subscribers, count);
    const ready = (performance.now() - begun) / 1000;
    const delays = await steady(fhir, subscribers, count);
    const many = await burst(fhir, subscribers, count);
    const one = await alone(fhir, subscribers);
    return [
      {
        what: `notification after a commit, ${whole(count)} subscriptions, ${whole(1000 / STEADY_MS)} writes/s`,
        measured: `p50 ${whole(delays.p50)} ms, p95 ${whole(delays.p95)} ms`,
        against: `${OF_PATIENT} notifications a write`,
        goal: 'p95 < 2 s',
      },
      {
        what: `notifications of ${whole(BURST_WRITES)} writes at once, ${whole(count)} subscriptions`,
        measured: told(many),
        against: `subscribed and shaken hands at ${whole(count / ready)}/s`,
        goal: '–',
      },
      {
        what: `notifications of ${whole(ALONE_WRITES)} writes at once to one subscription`,
        measured: told(one),
        against: '–',
        goal: 'dozens a second',
      },
    ];
  } finally {
    await fhir.close();
    subscribers.close();
  }
}

async function openSubscribers(): Promise<Subscribers> {
  let [handshakes, events] = [0, 0];
  const came = new Map<string, number[]>();
  const take = (text: string): void => {
    if (text.includes('"valueCode":"handshake"')) handshakes += 1;
    const [, id] = /Observation\/([\w-]+)"\}\}/.exec(text) ?? [];
    if (id === undefined) return;
    events += 1;
    came.set(id, [...(came.get(id) ?? []), performance.now()]);
  };
  const servers: Server[] = [];
  let port = 0;
  for (let host = 1; host <= HOSTS; host++) {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on('end', () => {
        take(text);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(port, `127.0.0.${host}`, resolve));
    port = (server.address() as { port: number }).port;
    servers.push(server);
  }
  return {
    port,
    came,
    handshakes: () => handshakes,
    events: () => events,
    close() {
      for (const server of servers) server.close().closeAllConnections();
    },
  };
}

async function subscribe({ base }: FhirUnderTest, subscribers: Subscribers, count: number): Promise<void> {
  const patients = Math.ceil(count / OF_PATIENT);
  const people = Array.from({ length: patients }, (_, i) => put('Patient', idOf(i), patient(i)));
  const wanted = Array.from({ length: count }, (_, i) => ({
    resource: subscription(i, idOf(i % patients), subscribers.port),
    request: POSTED,
  }));
  for (const entries of [people, wanted])
    for (let at = 0; at < entries.length; at += TOGETHER)
      await send(base, transaction(entries.slice(at, at + TOGETHER)));
  await until(() => subscribers.handshakes() >= count);
  // Each is written once more, as active.
  await sleep(2000);
}

async function steady(
  { base }: FhirUnderTest,
  { came }: Subscribers,
  count: number,
): Promise<{ p50: number; p95: number }> {
  const delays: number[] = [];
  for (let i = 0; i < STEADY_WRITES; i++) {
    const id = `steady-${i}`;
    await send(base, transaction([result(id, i, count)]));
    const committed = performance.now();
    void until(() => came.get(id)?.length === OF_PATIENT).then(() => {
      for (const at of came.get(id) ?? []) delays.push(at - committed);
    });
    await sleep(STEADY_MS);
  }
  await until(() => delays.length >= STEADY_WRITES * OF_PATIENT);
  delays.sort((a, b) => a - b);
  const at = (part: number): number => Math.max(0, delays[Math.floor(part * delays.length)] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}

interface Rate {
  readonly perSecond: number;
  /** Of the store's database, of all that was done meanwhile; undefined: it has none. */
  readonly commands: number | undefined;
}

const told = ({ perSecond, commands }: Rate): string =>
  `${whole(perSecond)}/s${commands === undefined ? '' : `, ${commands.toFixed(2)} commands each`}`;

function burst(fhir: FhirUnderTest, subscribers: Subscribers, count: number): Promise<Rate> {
  const results = Array.from({ length: BURST_WRITES }, (_, i) => result(`burst-${i}`, i, count));
  return toldOf(fhir, subscribers, results, BURST_WRITES * OF_PATIENT);
}

/** Of a patient of whom nobody else is told. */
async function alone(fhir: FhirUnderTest, subscribers: Subscribers): Promise<Rate> {
  const before = subscribers.handshakes();
  await send(fhir.base, transaction([put('Patient', ALONE, patient(0))]));
  const asked = { resource: subscription(0, ALONE, subscribers.port), request: POSTED };
  await send(fhir.base, transaction([asked]));
  await until(() => subscribers.handshakes() > before);
  await sleep(2000);
  const results = Array.from({ length: ALONE_WRITES }, (_, i) => resultOf(`alone-${i}`, ALONE));
  return toldOf(fhir, subscribers, results, ALONE_WRITES);
}

async function toldOf(
  fhir: FhirUnderTest,
  subscribers: Subscribers,
  results: readonly object[],
  notices: number,
): Promise<Rate> {
  const before = subscribers.events();
  const { commands: spent } = await countsOf(fhir);
  await send(fhir.base, transaction(results));
  const begun = performance.now();
  await until(() => subscribers.events() - before >= notices);
  const perSecond = notices / ((performance.now() - begun) / 1000);
  const { commands } = await countsOf(fhir);
  return {
    perSecond,
    commands: spent === undefined || commands === undefined ? undefined : (commands - spent) / notices,
  };
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error('the notifications did not come');
    await sleep(5);
  }
}

const ALONE = 'bench-alone';
const POSTED = { method: 'POST', url: 'Subscription' };
const idOf = (i: number): string => `bench-${i}`;
const put = (type: string, id: string, resource: object) => ({
  resource: { ...resource, resourceType: type, id },
  request: { method: 'PUT', url: `${type}/${id}` },
});
const transaction = (entry: readonly object[]): string =>
  JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });

const result = (id: string, i: number, count: number) =>
  resultOf(id, idOf(i % Math.ceil(count / OF_PATIENT)));

const resultOf = (id: string, patientId: string) =>
  put('Observation', id, {
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] },
    subject: { reference: `Patient/${patientId}` },
    valueQuantity: { value: 5.4, unit: '%' },
  });

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-';

const subscription = (i: number, patientId: string, port: number) => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'bench',
  criteria: 'urn:wellspring:SubscriptionTopic:result',
  _criteria: {
    extension: [{ url: `${BACKPORT}filter-criteria`, valueString: `patient=Patient/${patientId}` }],
  },
  channel: {
    type: 'rest-hook',
    endpoint: `http://127.0.0.${1 + (i % HOSTS)}:${port}/${i}`,
    payload: 'application/fhir+json',
    _payload: { extension: [{ url: `${BACKPORT}payload-content`, valueCode: 'id-only' }] },
  },
});
