/**
 * Requests counted and timed by route, as Prometheus reads them (https://prometheus.io/docs/instrumenting/exposition_formats). Our own, for each request passes by here: a place
 * in a map and a few sums, and no library is loaded until somebody asks for what the library knows (metrics.ts).
 */

/** Seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

interface Times {
  readonly labels: string;
  /** Of each bound, those that took longer than the bound before; the last one is above all bounds. */
  readonly counts: number[];
  sum: number;
}

interface Answered {
  readonly labels: string;
  count: number;
  /** Of all statuses of this route together. */
  readonly times: Times;
}

export interface RequestCounts {
  /** Called once a request is answered. */
  observe(method: string, route: string, status: number, seconds: number): void;
  text(): string;
}

export function createRequestCounts(): RequestCounts {
  const answered = new Map<string, Answered>();
  const times = new Map<string, Times>();

  function timesOf(labels: string): Times {
    const known = times.get(labels);
    if (known) return known;
    const made = { labels, counts: new Array<number>(BOUNDS.length + 1).fill(0), sum: 0 };
    times.set(labels, made);
    return made;
  }

  function answeredOf(method: string, route: string, status: number): Answered {
    const name = `${method} ${status} ${route}`;
    const known = answered.get(name);
    if (known) return known;
    const labels = `method=${quoted(method)},route=${quoted(route)}`;
    const made = { labels: `${labels},status="${status}"`, count: 0, times: timesOf(labels) };
    answered.set(name, made);
    return made;
  }

  return {
    observe(method, route, status, seconds) {
      // A made-up method must not make a series of its own.
      const found = answeredOf(METHODS.has(method) ? method : 'other', route, status);
      found.count += 1;
      found.times.sum += seconds;
      let bound = 0;
      while (seconds > (BOUNDS[bound] ?? Number.POSITIVE_INFINITY)) bound += 1;
      found.times.counts[bound] = (found.times.counts[bound] ?? 0) + 1;
    },
    text: () =>
      [
        ...family('fhir_requests_total', 'counter', 'Requests answered, by route pattern and status.'),
        ...Array.from(answered.values(), ({ labels, count }) => `fhir_requests_total{${labels}} ${count}`),
        ...family(
          'fhir_request_duration_seconds',
          'histogram',
          'Time from the first byte of a request to the last of its answer.',
        ),
        ...Array.from(times.values(), linesOf).flat(),
        '',
      ].join('\n'),
  };
}

export const family = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

/** A label's value. */
export const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;

function linesOf({ labels, counts, sum }: Times): string[] {
  const name = 'fhir_request_duration_seconds';
  let up = 0;
  const buckets = counts.map((count, i) => {
    up += count;
    return `${name}_bucket{le="${BOUNDS[i] ?? '+Inf'}",${labels}} ${up}`;
  });
  return [...buckets, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${up}`];
}
