/** What auth-server does of family access where the FHIR server can't be reached; the rest with a real one in test/family.http.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fhirOf, type Kit, openKit } from '../../test/kit.ts';
import { consent, type Entrusted, relatedPerson } from '../fhir/delegation.ts';
import { FhirUnavailable, type WritingFhirApi } from '../fhir/fhir-api.ts';
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

const accountOf = async () => (await kit.storage.findAccount(kim))?.persons;

beforeEach(async () => {
  kit = await openKit();
  faults = [];
  const since = new Date(kit.now() - 1000).toISOString();
  kit.resources.push(relatedPerson(ben, since) as never, consent(ben, since) as never);
  family = createFamily(kit.storage, api(), 18, kit.now);
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
