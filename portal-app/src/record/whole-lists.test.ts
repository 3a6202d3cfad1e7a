/** What a page shows as the whole is read to its end: a visit that was asked for has no date and comes last of hundreds, and an old prescription may be taken still. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFhir, type Fhir } from '../smart/fhir.ts';
import type { Session } from '../smart/session.ts';
import { cardsQuery, coveragesQuery } from './insurance/insurance.ts';
import { lettersQuery } from './letters/letters.ts';
import { ownMedicinesQuery } from './medicines/own.ts';
import { dispensesQuery, medicationsQuery } from './medicines/queries.ts';
import { messagesQuery } from './messages/queries.ts';
import { appointmentsQuery, heldVisitsQuery } from './visits/queries.ts';

const PAGES = 3;
let server: Server;
let fhir: Fhir;

/** Three pages of whatever is asked for, one of it on each. */
function answer(url: URL): object {
  const type = url.pathname.split('/').at(-1);
  const page = Number(url.searchParams.get('page') ?? 1);
  const id = String(page);
  const resource = {
    resourceType: type,
    id,
    status: 'active',
    intent: 'order',
    appointment: [{ reference: `Appointment/${id}` }],
  };
  url.searchParams.set('page', String(page + 1));
  const link = page < PAGES ? [{ relation: 'next', url: url.href }] : [];
  return { resourceType: 'Bundle', type: 'searchset', link, entry: [{ resource }] };
}

beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    response.setHeader('Content-Type', 'application/fhir+json');
    response.end(JSON.stringify(answer(new URL(url, origin()))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = { patient: 'p', accessToken: async () => 'secret' } as unknown as Session;
  fhir = createFhir({ fhirBaseUrl: `${origin()}/fhir` }, session, () => undefined) as Fhir;
});
afterAll(() => server.close());

const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const idsOf = (found: unknown): (string | undefined)[] => {
  if (found instanceof Map) return [...found.values()];
  const resources = Array.isArray(found) ? found : (found as { resources: Resource[] }).resources;
  return resources.map(({ id }) => id);
};

describe('read to the end is the list of', () => {
  it.each([
    ['visits', appointmentsQuery],
    ['visits on record', heldVisitsQuery],
    ['prescriptions', medicationsQuery],
    ['what the pharmacy gave', dispensesQuery],
    ['one’s own medicines', ownMedicinesQuery],
    ['insurances', coveragesQuery],
    ['their cards', cardsQuery],
    ['letters that were asked for', lettersQuery],
    ['messages', messagesQuery],
  ])('%s', async (_, query) => {
    const { queryFn } = query(fhir) as unknown as { queryFn: () => Promise<unknown> };
    expect(idsOf(await queryFn())).toEqual(['1', '2', '3']);
  });
});
