/** Numbers for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats): counts and times by route, never by person or id. */
import { timingSafeEqual } from 'node:crypto';
import { notSupported } from '@wellspring/profiles';
import type { Request, RequestHandler, Response } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** Called once a request is answered. */
  observe(method: string, route: string, status: number, seconds: number): void;
  /** `GET /metrics`: for this machine, or with the token of the configuration. */
  readonly handler: RequestHandler;
}

export interface MetricsOptions {
  readonly token: string | undefined;
  /** Resources that a running reindex has looked at; 0 when none runs. */
  readonly reindexed: () => number;
  /** What the store counts, by name. */
  readonly counts: Readonly<Record<string, number>>;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function createMetrics({ token, reindexed, counts }: MetricsOptions): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: 'fhir_requests_total',
    help: 'Requests answered, by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [register],
  });
  const seconds = new Histogram({
    name: 'fhir_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [register],
  });
  new Gauge({
    name: 'fhir_reindex_resources',
    help: 'Resources that the running reindex has looked at.',
    registers: [register],
    collect() {
      this.set(reindexed());
    },
  });
  new Gauge({
    name: 'fhir_store_total',
    help: 'What the store counts since the start: commands sent to MongoDB, transactions begun, committed, aborted.',
    labelNames: ['what'],
    registers: [register],
    collect() {
      for (const [what, value] of Object.entries(counts)) this.labels(what).set(value);
    },
  });
  // The library looks a series up by hashing its labels: that costs more than counting.
  const series = new Map<string, { inc(): void; observe(value: number): void }>();
  function seriesOf(method: string, route: string, status: number) {
    const name = `${method} ${status} ${route}`;
    const known = series.get(name);
    if (known) return known;
    const [counter, histogram] = [
      requests.labels(method, route, String(status)),
      seconds.labels(method, route),
    ];
    const made = { inc: () => counter.inc(), observe: (value: number) => histogram.observe(value) };
    series.set(name, made);
    return made;
  }
  return {
    observe(method, route, status, time) {
      // A made-up method must not make a series of its own.
      const found = seriesOf(METHODS.has(method) ? method : 'other', route, status);
      found.inc();
      found.observe(time);
    },
    handler: async (request, response) => {
      if (!isAllowed(request, token)) throw notSupported('There is no such interaction here.');
      await send(response, register);
    },
  };
}

async function send(response: Response, register: Registry): Promise<void> {
  const text = await register.metrics();
  response.writeHead(200, { 'Content-Type': register.contentType, 'Cache-Control': 'no-store' });
  response.end(text);
}

/** A proxy on this machine is not this machine: what it forwards has come from elsewhere. */
function isAllowed(request: Request, token: string | undefined): boolean {
  const forwarded =
    request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  if (token === undefined) return !forwarded && LOOPBACK.has(request.socket.remoteAddress ?? '');
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
