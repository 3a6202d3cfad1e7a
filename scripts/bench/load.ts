/** Load on one address by autocannon: requests a second, latency, and what was answered. */
import autocannon from 'autocannon';

export interface Load {
  readonly url: string;
  readonly token?: string;
  readonly connections: number;
  readonly seconds: number;
  /** One request after the other, by every connection; a function makes a fresh one each time. */
  readonly request?: () => { method: string; path: string; body?: string };
}

export interface Measured {
  readonly perSecond: number;
  /** Answers in all. */
  readonly total: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no 2xx. */
  readonly failed: number;
}

export async function underLoad({ url, token, connections, seconds, request }: Load): Promise<Measured> {
  const { origin, pathname, search } = new URL(url);
  const headers = {
    'content-type': 'application/fhir+json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const result = await autocannon({
    url: origin,
    connections,
    duration: seconds,
    headers,
    requests: [
      request
        ? // A fresh body and headers each time: what is left of the request before would be sent along.
          {
            setupRequest: (given) =>
              ({ ...given, body: undefined, headers: { ...headers }, ...request() }) as never,
          }
        : { method: 'GET', path: pathname + search },
    ],
  });
  return {
    perSecond: result.requests.total / result.duration,
    total: result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
