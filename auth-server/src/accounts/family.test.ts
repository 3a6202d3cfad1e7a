/** What auth-server does of family access where the FHIR server can't be reached; the rest with a real one in test/family.http.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fhirOf, type Kit, openKit } from '../../test/kit.ts';
import { consent, type Entrusted, relatedPerson } from '../fhir/delegation.ts';
import { FhirUnavailable, type WritingFhirApi } from '../fhir/fhir-api.ts';
import { createPeople } from '../fhir/people.ts';
import { findLaunchContext, saveLaunchContext } from '../launch/launch-context.ts';
import { createFamily, type Family } from './family.ts';

let kit: Kit;
let family: Family;
let kim: string;
/** How the next writes end; none left: they are done. */
let faults: (number | undefined)[];

const ben: Entrusted = {
  id: 'ben-person',
  patient: 'maria',
  given: 'Ben',
  family: 'Quist',
  email: 'ben@example.net',
  relation: 'spouse',
  kinds: ['visits'],
  until: '2100-01-01',
};
const PERSON = 'RelatedPerson/ben-person';

function api(): WritingFhirApi {
  const all = fhirOf(kit.resources);
  return {
    ...all,
    async write(resources) {
      if (faults.length > 0) throw new FhirUnavailable('not now', faults.shift());
      await all.write(resources);
    },
  };
}

const familyAt = (timeZone = 'UTC', now = kit.now) =>
  createFamily({
    storage: kit.storage,
    api: api(),
    clinic: { read: async () => ({ phone: undefined, address: undefined, hours: [], timeZone }) },
    adultAge: 18,
    now,
  });

const accountOf = async () => (await kit.storage.findAccount(kim))?.persons;

beforeEach(async () => {
  kit = await openKit();
  faults = [];
  const since = new Date(kit.now() - 1000).toISOString();
  kit.resources.push(relatedPerson(ben, since, 'UTC') as never, consent(ben, since, 'UTC') as never);
  family = familyAt();
  kim = (await kit.account({ persons: [PERSON] })).id;
});
afterEach(() => kit.close());

const state = () => kit.resources.map(({ active, status }) => active ?? status);

describe('an end that could not be written', () => {
  const ends = {
    left: async () => {
      const account = await kit.storage.findAccount(kim);
      return account && family.leave(account, 'ben-person');
    },
    'ended by the patient': () => family.end('maria', 'ben-person'),
  };

  it.each(Object.entries(ends))('holds for everybody, and is written later: %s', async (_, end) => {
    expect(await family.delegates('maria')).toHaveLength(1);
    faults = [undefined, 503];
    expect(await end()).toBe(true);
    expect(await accountOf()).toEqual([]);
    expect(state()).toEqual([true, 'active']);
    // Neither the patient nor anybody's app finds an access that nobody has.
    expect(await family.delegates('maria')).toEqual([]);
    expect(await family.delegate('maria', 'ben-person')).toBeUndefined();
    expect((await family.openTo(PERSON))?.reads).not.toContain('Appointment');
    expect(await family.change('maria', 'ben-person', { kinds: ['everything'], until: '2100-01-01' })).toBe(
      false,
    );
    expect(await family.open(ben)).toBe(false);
    await family.finishEnds();
    expect(state()).toEqual([true, 'active']);
    await family.finishEnds();
    expect(state()).toEqual([false, 'inactive']);
    expect(await kit.storage.listArtifacts('FamilyEnd')).toEqual([]);
    expect(await family.delegates('maria')).toEqual([]);
  });

  it('is tried again where somebody else changed it meanwhile, and later where that goes on', async () => {
    faults = [412, 409];
    expect(await ends['ended by the patient']()).toBe(true);
    expect(state()).toEqual([false, 'inactive']);
  });

  it('is over where there is nothing left to end', async () => {
    faults = [412, 412, 412, 412, 412];
    expect(await ends.left()).toBe(true);
    expect(state()).toEqual([true, 'active']);
    kit.resources.length = 0;
    await family.finishEnds();
    expect(await kit.storage.listArtifacts('FamilyEnd')).toEqual([]);
  });
});

describe('days of the clinic', () => {
  // Ten in the evening of 30 November in New York.
  const NIGHT = Date.parse('2099-12-01T03:00:00Z');

  it('a last day lasts to its end there, for whoever was invited and for what the Consent permits', async () => {
    let at = NIGHT;
    const here = familyAt('America/New_York', () => at);
    const { relations } = createPeople(api(), () => at);
    expect(await here.change('maria', 'ben-person', { kinds: ['visits'], until: '2099-11-30' })).toBe(true);
    expect(await here.delegates('maria')).toMatchObject([{ until: '2099-11-30' }]);
    expect(await relations([PERSON])).toHaveLength(1);
    const consented = kit.resources.find(({ resourceType }) => resourceType === 'Consent');
    expect(JSON.stringify(consented)).toContain('"end":"2099-11-30T23:59:59-05:00"');
    at += 2 * 3_600_000;
    expect(await here.delegates('maria')).toEqual([]);
    expect(await relations([PERSON])).toEqual([]);
  });

  it('who comes of age tomorrow there gives no access today', async () => {
    kit.resources.push({ resourceType: 'Patient', id: 'teen', birthDate: '2081-12-01' } as never);
    const account = { persons: ['Patient/teen'] } as never;
    expect(await familyAt('America/New_York', () => NIGHT).ownRecord(account)).toBeUndefined();
    expect(await familyAt('UTC', () => NIGHT).ownRecord(account)).toBe('teen');
  });
});

describe('an access', () => {
  const limits = { kinds: ['everything'], until: '2100-01-01' } as const;

  it('is found by its patient and by whom it was given to, and by nobody else', async () => {
    expect(await family.delegate('maria', 'ben-person')).toMatchObject({ given: 'Ben', patient: 'maria' });
    expect(await family.delegate('other', 'ben-person')).toBeUndefined();
    expect(await family.delegates('other')).toEqual([]);
    expect(await family.delegate('maria', 'nobody')).toBeUndefined();
    const whose = (...persons: string[]) => family.entrusted({ persons } as never);
    expect(await whose('Patient/kim', PERSON, 'RelatedPerson/nobody')).toMatchObject([{ id: 'ben-person' }]);
    expect(await whose('Patient/kim')).toEqual([]);
    expect(await family.openTo('Patient/maria')).toBeUndefined();
    expect(await family.openTo('RelatedPerson/nobody')).toBeUndefined();
    expect((await family.openTo(PERSON))?.reads).toContain('Appointment');
  });

  it('is neither changed nor ended by another patient, or by who has none', async () => {
    expect(await family.change('other', 'ben-person', limits)).toBe(false);
    expect(await family.change('maria', 'nobody', limits)).toBe(false);
    expect(await family.end('other', 'ben-person')).toBe(false);
    expect(await family.end('maria', 'nobody')).toBe(false);
    expect(await family.leave({ persons: ['Patient/kim'] } as never, 'ben-person')).toBe(false);
    expect(await family.delegates('maria')).toMatchObject([{ kinds: ['visits'] }]);
    expect(await accountOf()).toEqual([PERSON]);
    expect(await family.change('maria', 'ben-person', limits)).toBe(true);
    expect(await family.delegates('maria')).toMatchObject([{ kinds: ['everything'] }]);
  });

  it('that the clinic has on record is the clinic’s to end, and is no delegate’s', async () => {
    kit.resources.push({
      resourceType: 'RelatedPerson',
      id: 'mum',
      active: true,
      patient: { reference: 'Patient/maria' },
    });
    expect(await family.leave({ persons: ['RelatedPerson/mum'] } as never, 'mum')).toBe(false);
    expect(await family.end('maria', 'mum')).toBe(false);
    expect(await family.delegates('maria')).toHaveLength(1);
    expect(await family.openTo('RelatedPerson/mum')).toBeUndefined();
  });

  it('is changed once where somebody else changes it at the same moment, and told as not changed where that can’t be said', async () => {
    faults = [412];
    expect(await family.change('maria', 'ben-person', limits)).toBe(false);
    faults = [409];
    expect(await family.change('maria', 'ben-person', limits)).toBe(false);
    faults = [500];
    await expect(family.change('maria', 'ben-person', limits)).rejects.toThrow(FhirUnavailable);
  });

  it('ends once, of two tabs at the same moment and of one that is late', async () => {
    const ends = await Promise.all([1, 2].map(() => family.end('maria', 'ben-person')));
    expect(ends.toSorted()).toEqual([false, true]);
    const ended = JSON.stringify(kit.resources);
    expect(await family.end('maria', 'ben-person')).toBe(false);
    expect(JSON.stringify(kit.resources)).toBe(ended);
  });

  it('ends with the tokens of those who were signed in as that, and no others', async () => {
    await kit.storage.updateAccount(kim, (each) => ({ ...each, persons: ['Patient/kim', PERSON] }));
    for (const [grantId, fhirUser] of [
      ['as-ben', PERSON],
      ['as-kim', 'Patient/kim'],
    ] as const)
      await saveLaunchContext(
        kit.storage,
        { grantId, accountId: kim, clientId: 'app', scope: 'openid', at: kit.now(), fhirUser },
        undefined,
      );
    expect(await family.delegates('maria')).toMatchObject([{ lastOpenedAt: expect.any(Number) }]);
    expect(await family.end('maria', 'ben-person')).toBe(true);
    expect(await accountOf()).toEqual(['Patient/kim']);
    expect(await findLaunchContext(kit.storage, 'as-ben')).toBeUndefined();
    expect(await findLaunchContext(kit.storage, 'as-kim')).toBeDefined();
    const ended = kit.resources.find(({ resourceType }) => resourceType === 'RelatedPerson');
    expect(ended).toMatchObject({
      active: false,
      period: { end: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    });
  });

  it('of one’s own record is given from the day on which one is of age', async () => {
    const own = (...persons: string[]) =>
      familyAt('UTC', () => Date.parse('2099-12-01T12:00:00Z')).ownRecord({ persons } as never);
    for (const [id, birthDate] of [
      ['today', '2081-12-01'],
      ['tomorrow', '2081-12-02'],
      ['month', '2081-11'],
      ['year', '2000'],
    ])
      kit.resources.push({ resourceType: 'Patient', id: id as string, birthDate });
    kit.resources.push(
      { resourceType: 'Patient', id: 'unknown' },
      { resourceType: 'Patient', id: 'past', birthDate: '1980-01-01', active: false },
    );
    expect(await own('RelatedPerson/x', 'Patient/today')).toBe('today');
    for (const id of ['tomorrow', 'month', 'year', 'unknown', 'past', 'nobody'])
      expect(await own(`Patient/${id}`), id).toBeUndefined();
    expect(await own('RelatedPerson/x')).toBeUndefined();
  });
});
