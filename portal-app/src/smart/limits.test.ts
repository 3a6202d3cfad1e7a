/** What a limit of the server is told as, by real answers over HTTP. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AppConfig } from './config.ts';
import { createFhir, FhirFailure } from './fhir.ts';
import { refusalWords } from './refusal-words.ts';
import type { Session } from './session.ts';

let server: Server;
let answer: (response: ServerResponse) => unknown;

beforeAll(async () => {
  server = createServer((_, response) => void answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

const outcome = (code: string): string =>
  JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] }, undefined, 2);

async function told(
  status: number,
  code: string,
  headers: Record<string, string> = {},
): Promise<FhirFailure> {
  answer = (response) => response.writeHead(status, headers).end(outcome(code));
  const session = { patient: 'p', accessToken: async () => 'secret' } as unknown as Session;
  const fhirBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  const fhir = createFhir({ fhirBaseUrl } as AppConfig, session, () => undefined);
  const task: Task = { resourceType: 'Task', status: 'requested', intent: 'order' };
  const failure = await fhir.create(task).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FhirFailure);
  return failure as FhirFailure;
}

it('says that too much was asked, and that a minute helps, or when else', async () => {
  const soon = 'Too much was asked just now. Nothing was lost: try again in a minute.';
  expect((await told(429, 'throttled', { 'retry-after': '12' })).message).toBe(soon);
  // Of a server that says no time.
  expect((await told(429, 'throttled')).message).toBe(soon);
  const late = await told(429, 'throttled', { 'retry-after': '7200' });
  expect(late.retryAfter).toBe(7200);
  expect(late.message).toMatch(/^Too much was asked for now\. .* try again after .*\d{1,2}:\d\d/);
  expect(await refusalWords(429, 86_000, Date.parse('2026-03-01T12:00:00Z'))).toMatch(/Mar 2, /);
});

it('says what helps where no waiting does, and never to check what was entered', async () => {
  const full = await told(422, 'throttled');
  expect(full.message).toBe(
    'As many of these wait as may. Nothing was lost: take one back first, or call the clinic.',
  );
  // Whoever would wait for it waits for nothing.
  expect([full.status, full.retryAfter]).toEqual([429, Number.POSITIVE_INFINITY]);
  expect((await told(422, 'business-rule')).message).toContain('Check what you entered');
});
