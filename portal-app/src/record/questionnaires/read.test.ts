import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFhir } from '../../smart/fhir.ts';
import type { Session } from '../../smart/session.ts';
import { readQuestionnaire } from './read.ts';

const choice = (linkId: string, answerValueSet: string) => ({ linkId, type: 'choice', answerValueSet });
const codes = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ system: 'urn:c', code: `c${i}`, display: `Choice ${i}` }));
const ANSWERS: Readonly<Record<string, object>> = {
  'urn:few|2': {
    contains: [
      {
        abstract: true,
        display: 'A group',
        contains: [{ system: 'urn:c', code: 'x', display: 'Ex' }],
      },
      { system: 'urn:c', code: 'old', inactive: true },
      { system: 'urn:c', code: 'y', display: 'Why' },
    ],
  },
  'urn:unnamed|': { contains: [{ system: 'urn:c', code: '24484000' }] },
  'urn:many|': { total: 5000, contains: codes(101) },
  'urn:paged|': { total: 5000, contains: codes(20) },
};
const asked: string[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    response.setHeader('Content-Type', 'application/fhir+json');
    if (pathname.endsWith('/Questionnaire/q'))
      return response.end(
        JSON.stringify({
          resourceType: 'Questionnaire',
          status: 'active',
          item: [
            choice('few', 'urn:few|2'),
            { linkId: 'group', type: 'group', item: [choice('again', 'urn:few|2')] },
            choice('many', 'urn:many'),
            choice('paged', 'urn:paged'),
            choice('unknown', 'urn:unknown'),
            choice('unnamed', 'urn:unnamed'),
          ],
        }),
      );
    const set = `${searchParams.get('url')}|${searchParams.get('valueSetVersion') ?? ''}`;
    asked.push(set);
    const expansion = ANSWERS[set];
    response.statusCode = expansion ? 200 : 404;
    return response.end(JSON.stringify({ resourceType: 'ValueSet', status: 'active', expansion }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

it('a question names a value set that stands elsewhere: its codes are what can be chosen, unless they are too many, have no names, or nobody knows it', async () => {
  const session = { patient: 'p', accessToken: async () => 'secret' } as unknown as Session;
  const fhirBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  const fhir = createFhir({ fhirBaseUrl }, session, () => undefined);
  const { item = [] } = await readQuestionnaire(fhir, 'q');
  const few = [
    { valueCoding: { system: 'urn:c', code: 'x', display: 'Ex' } },
    { valueCoding: { system: 'urn:c', code: 'y', display: 'Why' } },
  ];
  expect(item.map(({ linkId, answerOption }) => [linkId, answerOption])).toEqual([
    ['few', few],
    ['group', undefined],
    ['many', undefined],
    ['paged', undefined],
    ['unknown', undefined],
    ['unnamed', undefined],
  ]);
  expect(item[1]?.item?.[0]?.answerOption).toEqual(few);
  expect(asked.toSorted()).toEqual(['urn:few|2', 'urn:many|', 'urn:paged|', 'urn:unknown|', 'urn:unnamed|']);
});
