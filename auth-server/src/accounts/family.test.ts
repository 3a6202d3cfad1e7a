/** What auth-server does of family access where the FHIR server can't be reached; the rest with a real one in test/family.http.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fhirOf, type Kit, openKit } from '../../test/kit.ts';
import { consent, type Entrusted, relatedPerson } from '../fhir/delegation.ts';
import { FhirUnavailable, type WritingFhirApi } from '../fhir/fhir-api.ts';
import { createPeople } from '../fhir/people.ts';
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
