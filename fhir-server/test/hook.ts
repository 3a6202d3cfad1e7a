/** A subscriber's end of rest-hooks: a real server that keeps what came, and answers as it is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
  readonly body: any;
  readonly at: number;
}

export interface Hook {
  readonly url: string;
  readonly received: readonly Received[];
  /** Bundles of this type (event-notification, handshake, …), as their status parameters: name → values. */
  notifications(type: string): Notified[];
  /** The status of the next answers; 'hang' never answers, 'cut' ends the connection. */
  answer: number | 'hang' | 'cut';
  /** Of the next answers, in seconds. */
  retryAfter: number | undefined;
  /** How often it was called, whatever it answered. */
  readonly calls: number;
  close(): Promise<void>;
}

export interface Notified {
  readonly numbers: readonly number[];
  readonly focus: readonly string[];
  readonly total: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
  readonly bundle: any;
}

export async function openHook(port = 0): Promise<Hook> {
  const received: Received[] = [];
  const hook = { answer: 200 as Hook['answer'], retryAfter: undefined as number | undefined, calls: 0 };
  const server = createServer((request, response) => {
    let text = '';
    hook.calls += 1;
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      if (hook.answer === 'hang') return;
      if (hook.answer === 'cut') {
        request.socket.destroy();
        return;
      }
      const { method = '', url = '', headers } = request;
      const body = text === '' ? undefined : JSON.parse(text);
      if (hook.answer < 300) received.push({ method, path: url, headers, text, body, at: Date.now() });
      if (hook.retryAfter !== undefined) response.setHeader('Retry-After', hook.retryAfter);
      response.writeHead(hook.answer, hook.answer === 302 ? { Location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return Object.assign(hook, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    notifications: (type: string) =>
      received
        .filter(({ body }) => body?.resourceType === 'Bundle')
        .map(({ body }) => notified(body))
        .filter((each) => statusValue(each.bundle, 'type') === type),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
const parametersOf = (bundle: any): any[] => bundle.entry[0].resource.parameter;

// biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
export function statusValue(bundle: any, name: string): string | undefined {
  const found = parametersOf(bundle).find((each) => each.name === name);
  return found?.valueCode ?? found?.valueString ?? found?.valueCanonical;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
export function notified(bundle: any): Notified {
  const events = parametersOf(bundle).filter(({ name }) => name === 'notification-event');
  const part = (event: { part: { name: string }[] }, name: string) =>
    event.part.find((each) => each.name === name) as
      | { valueString?: string; valueReference?: { reference: string } }
      | undefined;
  return {
    bundle,
    numbers: events.map((each) => Number(part(each, 'event-number')?.valueString)),
    focus: events.flatMap(
      (each) => part(each, 'focus')?.valueReference?.reference.split('/').slice(-2).join('/') ?? [],
    ),
    total: Number(statusValue(bundle, 'events-since-subscription-start')),
  };
}

/** What comes by itself comes soon; a busy machine takes its time. */
export const eventually = <T>(look: () => T, timeout = 10_000) =>
  expect.poll(look, { timeout, interval: 20 });
