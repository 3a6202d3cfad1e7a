/** Numbers for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats): counts and times by route, never by person or id. */
import { timingSafeEqual } from 'node:crypto';
import { notSupported } from '@wellspring/profiles';
import type { Request, RequestHandler } from 'express';
import { createRequestCounts, family, quoted } from './request-counts.ts';

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

export function createMetrics({ token, reindexed, counts }: MetricsOptions): Metrics {
  const requests = createRequestCounts();
  const own = (): string =>
    [
      ...family('fhir_reindex_resources', 'gauge', 'Resources that the running reindex has looked at.'),
      `fhir_reindex_resources ${reindexed()}`,
      ...family(
        'fhir_store_total',
        'gauge',
        'What the store counts since the start: commands sent to MongoDB, transactions begun, committed, aborted.',
      ),
      ...Object.entries(counts).map(([what, value]) => `fhir_store_total{what=${quoted(what)}} ${value}`),
      '',
    ].join('\n');
  let ofProcess: Promise<ProcessMetrics> | undefined;
  return {
    observe: requests.observe,
    handler: async (request, response) => {
      if (!isAllowed(request, token)) throw notSupported('There is no such interaction here.');
      ofProcess ??= processMetrics();
      const { text, contentType } = await ofProcess;
      const body = `${await text()}\n${requests.text()}\n${own()}`;
      response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
      response.end(body);
    },
  };
}

interface ProcessMetrics {
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

/** Of Node and the process. Its 87 modules are loaded, and the event loop is watched, from the first time that somebody asks: most servers never are. */
async function processMetrics(): Promise<ProcessMetrics> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const register = new Registry();
  collectDefaultMetrics({ register });
  return { text: () => register.metrics(), contentType: register.contentType };
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
