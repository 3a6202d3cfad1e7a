import { Counter, Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createRequestCounts } from './request-counts.ts';

const ANSWERED: readonly [string, string, number, number][] = [
  ['GET', ':type/:id', 200, 0.0004],
  ['GET', ':type/:id', 200, 0.001],
  ['GET', ':type/:id', 404, 0.0011],
  ['POST', ':type', 201, 0.3],
  ['POST', ':type', 201, 12],
  ['GET', 'a "route"\\\n', 500, 0.05],
];

it('requests are told to Prometheus in the lines that its library would write', async () => {
  const ours = createRequestCounts();
  const register = new Registry();
  const counter = new Counter({
    name: 'fhir_requests_total',
    help: 'Requests answered, by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [register],
  });
  const histogram = new Histogram({
    name: 'fhir_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [register],
  });
  for (const [method, route, status, seconds] of ANSWERED) {
    ours.observe(method, route, status, seconds);
    counter.labels(method, route, String(status)).inc();
    histogram.labels(method, route).observe(seconds);
  }
  const lines = (text: string): string[] => text.split('\n').filter(Boolean);
  expect(lines(ours.text())).toEqual(lines(await register.metrics()));
});

it('a method that nobody knows makes no series of its own', () => {
  const counts = createRequestCounts();
  for (const method of ['BREW', 'WHEN', 'X']) counts.observe(method, '', 405, 0.001);
  expect(counts.text()).toContain('fhir_requests_total{method="other",route="",status="405"} 3');
  expect(counts.text()).not.toMatch(/BREW|WHEN|"X"/);
});
