/**
 * One call to a subscriber. Its name is looked up once, every address it has must be one that may be called, and the connection goes to one of those: a name that
 * changes its mind changes nothing. Redirects are not followed, and what is answered besides the status is not read.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { outwardLookup } from '@wellspring/serving/public-address';
import { type EndpointPolicy, endpointFault, isCallable, isNamed } from '../../subscriptions/endpoint.ts';

export interface Call {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly timeoutMs: number;
}

export type Outcome =
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'failed';
      /** In words for the subscriber. */
      readonly fault: string;
      /** undefined: there was no answer. */
      readonly status?: number;
      readonly isRefused: boolean;
      /** Milliseconds that they ask to be left alone for. */
      readonly wait: number;
    };

export interface Caller {
  call(call: Call): Promise<Outcome>;
  close(): void;
}

const LONGEST_WAIT_MS = 300_000;
const LONGEST_ANSWER = 65_536;
/** Of 4xx these say "not now". */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);
const MOST_SOCKETS = 16;

export function createCaller(policy: EndpointPolicy): Caller {
  const options = { keepAlive: true, maxSockets: MOST_SOCKETS, maxFreeSockets: 2, timeout: 30_000 };
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  return {
    async call(call) {
      const fault = endpointFault(call.url, policy);
      if (fault !== undefined) return failed(fault, true);
      try {
        return outcomeOf(...(await send(call, agents, policy)));
      } catch (error) {
        return failed(wordsFor(error as NodeJS.ErrnoException), false);
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** The same for a name that is not known and for one that leads into this network, and tried as often: which names there are inside is not told. */
const NOWHERE = 'Its name leads to nothing on the public internet.';

function send(
  { method, url, headers, body, timeoutMs }: Call,
  agents: Readonly<Record<string, HttpAgent | HttpsAgent>>,
  policy: EndpointPolicy,
): Promise<[status: number, retryAfter: string | undefined]> {
  const { protocol, hostname } = new URL(url);
  const options: RequestOptions = {
    method,
    headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
    agent: agents[protocol] as HttpAgent,
    // A host that the configuration names is looked up as the system does it; by whatever address it has, it may be called.
    ...(isNamed(hostname, policy)
      ? {}
      : { lookup: outwardLookup((address) => isCallable(hostname, address, policy)) }),
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((done, fail) => {
    const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      done([response.statusCode ?? 0, response.headers['retry-after']]);
      discard(response);
    });
    request.on('error', fail);
    request.end(body);
  });
}

/** What is short is let through, so that the connection can be used again. */
function discard(response: IncomingMessage): void {
  let left = LONGEST_ANSWER;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) response.destroy();
  });
}

function outcomeOf(status: number, retryAfter: string | undefined): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const isRefused = status >= 400 && status < 500 && !LATER.has(status);
  const seconds = Number(retryAfter ?? 0);
  const wait = seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : 0;
  return { kind: 'failed', fault: `It answered ${status}.`, status, isRefused, wait };
}

const failed = (fault: string, isRefused: boolean): Outcome => ({
  kind: 'failed',
  fault,
  isRefused,
  wait: 0,
});

/** No addresses: whoever reads the status may be told what they wrote, not what this server sees from where it stands. */
function wordsFor(error: NodeJS.ErrnoException): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'It did not answer in time.';
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return NOWHERE;
  if (error.code === 'ECONNREFUSED') return 'It does not take connections.';
  if (/CERT|SELF_SIGNED|TLS|SSL|ALTNAME/.test(error.code ?? '')) return 'Its certificate is not valid.';
  return 'The connection broke.';
}
