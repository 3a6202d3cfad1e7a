import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bundle, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createFhir, type FhirApi, FhirFailure } from './fhir.ts';
import type { Session } from './session.ts';

type Answer =
  | 'stored'
  | 'stored, and the answer lost'
  | 'stored, and a proxy fails'
  | 'lost on its way'
  | 'not accepted';

let server: Server;
let stored: Patient;
let answer: Answer;
let writes = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    response.setHeader('Content-Type', 'application/fhir+json');
    if (request.method !== 'GET') {
      writes += 1;
      const sent = JSON.parse(body) as Patient | Bundle<Patient>;
      const patient = sent.resourceType === 'Bundle' ? sent.entry?.[0]?.resource : sent;
      if (answer.startsWith('stored'))
        stored = { ...(patient as Patient), meta: { versionId: String(writes + 1) } };
      if (answer === 'not accepted') response.statusCode = 422;
      if (answer === 'stored, and a proxy fails') response.statusCode = 502;
      if (answer.endsWith('lost') || answer.startsWith('lost')) return request.socket.destroy();
    }
    return response.end(JSON.stringify(stored));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  stored = { resourceType: 'Patient', id: 'p', gender: 'female', meta: { versionId: '1' } };
  writes = 0;
});

function api(): FhirApi {
  const session = { patient: 'p', accessToken: async () => 'secret' } as unknown as Session;
  const fhirBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  return createFhir({ fhirBaseUrl }, session, () => undefined);
}

const change = (): Promise<Patient> => api().update({ ...stored, gender: 'other' });
/** With something new beside it. */
const changeTogether = (): Promise<void> =>
  api().transact([
    { resource: { ...stored, gender: 'other' } },
    { resource: { resourceType: 'Basic', code: {} } },
  ]);

it.each<[Answer]>([['stored'], ['stored, and the answer lost'], ['stored, and a proxy fails']])(
  'a change that was %s is done, and was sent once',
  async (given) => {
    answer = given;
    expect(await change()).toMatchObject({ gender: 'other', meta: { versionId: '2' } });
    await changeTogether();
    expect(writes).toBe(2);
  },
);

it.each<[Answer, number]>([
  ['lost on its way', 0],
  ['not accepted', 422],
])('a change that was %s is not said to be done', async (given, status) => {
  answer = given;
  for (const sent of [change, changeTogether]) {
    const failure = await sent().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FhirFailure);
    expect((failure as FhirFailure).status).toBe(status);
  }
});
