/** Days that a clinic recorded begin and end by its own clock: roles, Consents, whoever reads them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { permits } from '../../access/consent-rules.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { ResourceStore } from '../../store/store.ts';
import { ownUpdate } from '../own-writes.ts';
import { createActiveConsents } from './active-consents.ts';
import { delegationOf } from './delegates.ts';
import { staffOf } from './staff-of.ts';

// Ten in the evening of 30 November in New York, the next morning in UTC; and two hours later.
const NIGHT = Date.parse('2026-12-01T03:00:00Z');
const NEXT_DAY = NIGHT + 2 * 3_600_000;
const ref = (reference: string) => ({ reference });

describe('days that a clinic recorded', () => {
  let folder: string;
  let store: ResourceStore;
  const put = ({ id, ...resource }: { resourceType: string; id: string; [element: string]: unknown }) =>
    store.transact([{ ...ownUpdate({ ...resource, id }, id), kind: 'create' }]);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-zones-'));
    store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
    const extension = [{ url: 'urn:wellspring:time-zone', valueCode: 'America/New_York' }];
    await put({ resourceType: 'Organization', id: 'clinic', extension });
    await put({ resourceType: 'Patient', id: 'here', managingOrganization: ref('Organization/clinic') });
    await put({ resourceType: 'Patient', id: 'nowhere' });
    await put({ resourceType: 'Practitioner', id: 'doc' });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['ends', { end: '2026-11-30' }, [1, 0]],
    ['begins', { start: '2026-12-01' }, [0, 1]],
    ['ends with a month', { end: '2026-11' }, [1, 0]],
    ['has no bounds', {}, [1, 1]],
    ['ends at a time', { end: '2026-12-01T02:00:00Z' }, [0, 0]],
    ['ends on a day that is none', { end: '2026-13-45' }, [0, 0]],
  ])('a role that %s does so by the clock of its organization', async (_, period, valid) => {
    await put({
      resourceType: 'PractitionerRole',
      id: 'role',
      practitioner: ref('Practitioner/doc'),
      organization: ref('Organization/clinic'),
      period,
    });
    const roles = async (at: number) =>
      (await staffOf(store, { type: 'Practitioner', id: 'doc' }, at))?.roles.length;
    expect([await roles(NIGHT), await roles(NEXT_DAY)]).toEqual(valid);
  });

  it.each([
    ['here', [true, false]],
    ['nowhere', [false, false]],
  ])('a Consent of Patient/%s does, at each level of it', async (patient, permitted) => {
    const actor = [{ reference: ref('RelatedPerson/ben') }];
    const permit = { type: 'permit', actor, period: { end: '2026-11-30' } };
    await put({
      resourceType: 'Consent',
      id: 'consent',
      status: 'active',
      patient: ref(`Patient/${patient}`),
      provision: { type: 'deny', actor, provision: [permit] },
    });
    const clocks = { now: () => NIGHT, elapsed: () => 0 };
    const [rule] = await createActiveConsents(store, clocks, 5000).rules();
    const actors = new Set(['RelatedPerson/ben']);
    const inForce = (at: number) => rule !== undefined && permits(rule, actors, at);
    expect([inForce(NIGHT), inForce(NEXT_DAY)]).toEqual(permitted);
    const delegated = async (at: number) => (await delegationOf(store, 'ben', patient, at)).isPermitted;
    expect([await delegated(NIGHT), await delegated(NEXT_DAY)]).toEqual(permitted);
  });
});
