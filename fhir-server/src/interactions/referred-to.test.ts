/** How long a record is gone through for whom it names. What is found: ../../test/operations.http.test.ts. */
import { expect, it } from 'vitest';
import { parseScopes } from '../access/scope.ts';
import type { StoredVersion } from '../store/store.ts';
import { type Asks, referredTo } from './referred-to.ts';

const scopes = parseScopes('system/*.rs');
const observation: StoredVersion = {
  type: 'Observation',
  id: 'o',
  version: 1,
  lastUpdated: 0,
  method: 'create',
  body: JSON.stringify({ resourceType: 'Observation', performer: [{ reference: 'Practitioner/doc' }] }),
};

it('a record that never ends is left when the time of a search is over', async () => {
  let pages = 0;
  const include = async () => {
    pages += 1;
    return { matches: [observation], positions: [['o']], next: ['o'], total: undefined };
  };
  const services = {
    repository: { baseUrl: 'http://localhost/fhir', include },
    limits: { maxIncluded: 10 },
  } as unknown as Asks;
  const asked = referredTo(
    services,
    { scopes } as never,
    [{ type: 'Observation', where: { kind: 'all' } }],
    [{ source: 'Observation', param: '*', target: 'Practitioner', iterate: false }],
    performance.now() + 50,
  );
  await expect(asked).rejects.toMatchObject({ status: 503, issues: [{ code: 'timeout' }] });
  expect(pages).toBeGreaterThan(0);
});
