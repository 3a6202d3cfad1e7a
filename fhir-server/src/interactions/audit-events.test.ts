/** How much of the audit log one search looks at. The answers themselves: ../../test/audit-search.http.test.ts. */
import { describe, expect, it } from 'vitest';
import { parseScopes } from '../access/scope.ts';
import type { AuditQuery } from '../audit/audit-log.ts';
import { row } from '../audit/test-rows.ts';
import { searchAuditEvents } from './audit-events.ts';
import type { FhirRequest, Services } from './request.ts';

const EVENTS = 20_500;
const idOf = (place: number): string => `00000000-0000-0000-0000-${String(place).padStart(12, '0')}`;

/** A log of events of one record. */
function logOf() {
  let looked = 0;
  let searches = 0;
  const search = async ({ after, count }: AuditQuery) => {
    const from = after === undefined ? 0 : Number(after.slice(-12)) + 1;
    const to = Math.min(from + count, EVENTS);
    looked += to - from;
    searches += 1;
    const rows = Array.from({ length: to - from }, (_, i) => ({
      ...row('x', { patients: ['ana'], type: 'Patient', id: 'ana' }),
      auditId: idOf(from + i),
    }));
    return { rows, next: to < EVENTS ? idOf(to - 1) : undefined };
  };
  return { audit: { search }, looked: () => looked, searches: () => searches };
}

const asked = (query: [string, string][], scope: string) =>
  ({
    access: {
      subject: 'ana',
      clientId: 'app',
      scopes: parseScopes(scope),
      readsOwnUser: false,
      ...(scope.startsWith('patient') ? { patient: 'ana', fhirUser: { type: 'Patient', id: 'ana' } } : {}),
    },
    type: 'AuditEvent',
    id: '',
    version: '',
    query,
    headers: {},
    resource: undefined,
  }) as unknown as FhirRequest;

async function answerOf(query: [string, string][], scope: string) {
  const log = logOf();
  const services = {
    audit: log.audit,
    repository: { baseUrl: 'http://localhost/fhir', sees: async () => true },
    limits: { defaultCount: 50, maxCount: 1000 },
    passedOver: new Set(),
  } as unknown as Services;
  const body = await searchAuditEvents(services, asked(query, scope)).then(
    (reply) => JSON.parse(String(reply.body)) as { total?: number; entry?: object[] },
    (error: { status: number }) => error.status,
  );
  return { body, looked: log.looked(), searches: log.searches() };
}

describe('how many events there are', () => {
  const OWN = 'patient/*.rs';
  const of = (...more: [string, string][]): [string, string][] => [['patient', 'ana'], ...more];

  it('is told of what can be looked at; of a longer log a page has no total, and a count alone is too costly', async () => {
    const page = await answerOf(of(['_total', 'accurate'], ['_count', '2']), OWN);
    expect(page.body).toMatchObject({ entry: [{}, {}] });
    expect(page.body).not.toHaveProperty('total');
    expect(page.looked).toBeLessThanOrEqual(20_000 + 400);
    const count = await answerOf(of(['_summary', 'count']), OWN);
    expect([count.body, count.looked]).toEqual([413, 20_000]);
    // Each question costs the embedded log a look at all of the record.
    expect(count.searches).toBeLessThanOrEqual(13);
    expect((await answerOf(of(['_count', '2']), OWN)).looked).toBe(200);
    const all = await answerOf(of(['_summary', 'count']), 'system/*.rs');
    expect(all.body).toMatchObject({ total: EVENTS });
  });
});
