import type { IncomingMessage } from 'node:http';
import { errors } from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fhirOf, type Kit, openKit, type Resource } from '../../test/kit.ts';
import { endDevice, endSession, endSessions, noteSession } from '../accounts/sessions.ts';
import { takeBack } from '../accounts/taken-back.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import { createPeople } from '../fhir/people.ts';
import { type LaunchContext, saveLaunchContext } from '../launch/launch-context.ts';
import { artifact } from '../storage/storage.ts';
import { createStanding, type Grounds, type KeptGrounds, orUnavailable, type Standing } from './standing.ts';

let kit: Kit;
let standing: Standing;
const APP = { clientId: 'app' };
const PORTAL = { clientId: 'portal', trusted: true };
const SCOPE = 'openid patient/Patient.rs';
beforeEach(async () => {
  kit = await openKit();
  standing = createStanding(kit.storage, kit.people);
  await kit.account({
    username: 'kim',
    persons: ['Patient/x', 'RelatedPerson/mum', 'Practitioner/doc', 'PractitionerRole/role'],
  });
  set({ resourceType: 'RelatedPerson', id: 'mum', patient: { reference: 'Patient/child' } });
  set({ resourceType: 'Practitioner', id: 'doc' });
});
afterEach(() => kit.close());

/** In the place of the one before. */
function set(resource: Resource): void {
  const at = kit.resources.findIndex(
    ({ resourceType, id }) => resourceType === resource.resourceType && id === resource.id,
  );
  kit.resources.splice(at < 0 ? kit.resources.length : at, 1, resource);
}
const holds = (members: Partial<Grounds> = {}): Promise<boolean> =>
  standing.holds({
    accountId: 'id-kim',
    client: APP,
    fhirUser: 'Patient/x',
    patient: 'x',
    scope: SCOPE,
    ...members,
  });
const mum = (more: object = {}) =>
  set({ resourceType: 'RelatedPerson', id: 'mum', patient: { reference: 'Patient/child' }, ...more });
const isMum = () => holds({ fhirUser: 'RelatedPerson/mum', patient: 'child' });

describe('what access rests on', () => {
  it('is an account that is there and open, and an app that is known', async () => {
    expect(await holds()).toBe(true);
    expect(await holds({ accountId: 'nobody' })).toBe(false);
    expect(await holds({ client: undefined })).toBe(false);
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, disabled: true }));
    expect(await holds()).toBe(false);
  });

  it('is the person that the account still is, in their own record', async () => {
    expect(await holds({ patient: 'y' })).toBe(false);
    expect(await holds({ patient: undefined })).toBe(true);
    expect(await holds({ fhirUser: 'Patient/other', patient: 'other' })).toBe(false);
    expect(await holds({ fhirUser: undefined, patient: undefined })).toBe(true);
  });

  it.each([
    ['is active', { active: true }, true],
    ['does not say whether it is', {}, true],
    ['is not active', { active: false }, false],
    ['has ended', { period: { end: '2020-01-01' } }, false],
    ['ended some month', { period: { end: '2020-02' } }, false],
    ['ended some year', { period: { end: '2020' } }, false],
    ['ends today', { period: { end: new Date().toISOString().slice(0, 10) } }, true],
    ['ends this month', { period: { end: new Date().toISOString().slice(0, 7) } }, true],
    ['ends this year', { period: { end: new Date().toISOString().slice(0, 4) } }, true],
    ['ended a minute ago', { period: { end: new Date(Date.now() - 60_000).toISOString() } }, false],
    ['ended at a leap second', { period: { end: '2016-12-31T23:59:60Z' } }, false],
    ['has begun', { period: { start: '2020' } }, true],
    ['has not begun', { period: { start: '2999-01-01' } }, false],
    ['is to another', { patient: { reference: 'Patient/other' } }, false],
    ['is to nobody', { patient: undefined }, false],
  ])('is a relation that %s', async (_, more, expected) => {
    mum(more);
    expect(await isMum()).toBe(expected);
  });

  it('is no relation that is not there, nor a person of another kind', async () => {
    kit.resources.splice(0, 1);
    expect(await isMum()).toBe(false);
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, persons: ['Group/x'] }));
    expect(await holds({ fhirUser: 'Group/x', patient: undefined })).toBe(false);
  });

  const role = (id: string, more: object = {}): Resource => ({
    resourceType: 'PractitionerRole',
    id,
    practitioner: { reference: 'Practitioner/doc' },
    ...more,
  });
  const works = () => holds({ fhirUser: 'Practitioner/doc', patient: undefined, scope: 'user/Patient.rs' });

  it('is work that goes on: a practitioner who is active, with a role that holds where there are roles', async () => {
    expect(await works()).toBe(true);
    set({ resourceType: 'Practitioner', id: 'doc', active: false });
    expect(await works()).toBe(false);
    set({ resourceType: 'Practitioner', id: 'doc', active: true });
    set(role('role', { active: false }));
    expect(await works()).toBe(false);
    set(role('role', { period: { end: '2020' } }));
    expect(await works()).toBe(false);
    set(role('role', { organization: { reference: 'Organization/clinic' } }));
    expect(await works()).toBe(false);
    set({ resourceType: 'Organization', id: 'clinic', active: false });
    expect(await works()).toBe(false);
    set({ resourceType: 'Organization', id: 'clinic' });
    expect(await works()).toBe(true);
    set(role('role', { active: false }));
    set(role('other'));
    expect(await works()).toBe(true);
    kit.resources.splice(1, 1);
    expect(await works()).toBe(false);
  });

  it('is the very role, where the account is a role', async () => {
    const inRole = () => holds({ fhirUser: 'PractitionerRole/role', patient: undefined });
    expect(await inRole()).toBe(false);
    set(role('role'));
    expect(await inRole()).toBe(true);
    set({ resourceType: 'Practitioner', id: 'doc', active: false });
    expect(await inRole()).toBe(false);
    set({ resourceType: 'Practitioner', id: 'doc' });
    set(role('role', { active: false }));
    set(role('other'));
    expect(await inRole()).toBe(false);
    set({ resourceType: 'PractitionerRole', id: 'role' });
    expect(await inRole()).toBe(false);
  });

  it('is not asked for a sign-in alone, which opens no record', async () => {
    mum({ active: false });
    expect(await holds({ fhirUser: 'RelatedPerson/mum', patient: 'child', scope: 'openid' })).toBe(true);
    for (const scope of ['openid fhirUser', 'patient/Patient.rs', 'user/*.rs'])
      expect(await holds({ fhirUser: 'RelatedPerson/mum', patient: 'child', scope })).toBe(false);
  });
});

describe('days that the clinic recorded', () => {
  // Ten in the evening of 30 November in New York, the next morning in UTC; and two hours later.
  const NIGHT = Date.parse('2099-12-01T03:00:00Z');
  const NEXT_DAY = NIGHT + 2 * 3_600_000;
  const NEW_YORK = [{ url: 'urn:wellspring:time-zone', valueCode: 'America/New_York' }];
  const atBoth = (asked: (people: ReturnType<typeof createPeople>) => Promise<boolean>) =>
    Promise.all([NIGHT, NEXT_DAY].map((at) => asked(createPeople(fhirOf(kit.resources), () => at))));
  beforeEach(() => {
    set({ resourceType: 'Organization', id: 'clinic', extension: NEW_YORK });
    const managingOrganization = { reference: 'Organization/clinic' };
    set({ resourceType: 'Patient', id: 'child', managingOrganization });
    set({ resourceType: 'Patient', id: 'elsewhere' });
  });

  it('begin and end by the clock of the patient’s clinic, for a relation', async () => {
    const stands = (patient: string) => atBoth((people) => people.stands('RelatedPerson/mum', patient));
    mum({ period: { end: '2099-11-30' } });
    expect(await stands('child')).toEqual([true, false]);
    mum({ period: { start: '2099-12-01' } });
    expect(await stands('child')).toEqual([false, true]);
    mum({ period: { end: '2099-11' } });
    expect(await stands('child')).toEqual([true, false]);
    // A time says its zone itself; of a clinic that tells none it is UTC.
    mum({ period: { end: '2099-11-30T23:00:00Z' } });
    expect(await stands('child')).toEqual([false, false]);
    mum({ patient: { reference: 'Patient/elsewhere' }, period: { end: '2099-11-30' } });
    expect(await stands('elsewhere')).toEqual([false, false]);
  });

  it('by that of the place of work, for a role', async () => {
    const role = (period: object) =>
      set({
        resourceType: 'PractitionerRole',
        id: 'role',
        practitioner: { reference: 'Practitioner/doc' },
        organization: { reference: 'Organization/clinic' },
        period,
      });
    const stands = () => atBoth((people) => people.stands('PractitionerRole/role', undefined));
    role({ end: '2099-11-30' });
    expect(await stands()).toEqual([true, false]);
    role({ start: '2099-12-01' });
    expect(await stands()).toEqual([false, true]);
  });

  it('by that of the patient’s clinic, for a contact that proves who they are', async () => {
    set({
      resourceType: 'Patient',
      id: 'child',
      name: [{ given: ['Ana'], family: 'Lee' }],
      birthDate: '2080-01-01',
      managingOrganization: { reference: 'Organization/clinic' },
      telecom: [{ system: 'email', value: 'ana@example.org', period: { end: '2099-11-30' } }],
    });
    const query = { given: 'Ana', family: 'Lee', birthDate: '2080-01-01' };
    expect(await atBoth(async (people) => ((await people.match(query))[0]?.emails.length ?? 0) > 0)).toEqual([
      true,
      false,
    ]);
  });
});

describe('of a token', () => {
  const launch = (members: Partial<LaunchContext> = {}): Promise<void> =>
    saveLaunchContext(
      kit.storage,
      {
        grantId: 'g',
        accountId: 'id-kim',
        clientId: 'app',
        patient: 'x',
        fhirUser: 'Patient/x',
        scope: SCOPE,
        at: 0,
        ...members,
      },
      undefined,
    );

  it('it is what its launch says, and nothing when that is gone', async () => {
    expect(await standing.holdsGrant('g', APP)).toBe(false);
    await launch();
    expect(await standing.holdsGrant('g', APP)).toBe(true);
    expect(await standing.holdsGrant('g', undefined)).toBe(false);
    await launch({ fhirUser: 'RelatedPerson/mum', patient: 'child' });
    expect(await standing.holdsGrant('g', APP)).toBe(true);
    mum({ active: false });
    expect(await standing.holdsGrant('g', APP)).toBe(false);
  });

  it('it is also that the app may still have every scope of the token', async () => {
    await launch();
    const reviewed = { ...APP, status: 'approved', smart_scope: 'patient/*.rs user/*.rs' } as const;
    expect(await standing.holdsGrant('g', reviewed, 'openid user/Patient.rs')).toBe(true);
    expect(await standing.holdsGrant('g', { ...reviewed, status: 'pending' }, 'openid user/Patient.rs')).toBe(
      false,
    );
    expect(
      await standing.holdsGrant('g', { ...reviewed, smart_scope: 'patient/*.rs' }, 'user/Patient.rs'),
    ).toBe(false);
    expect(await standing.holdsGrant('g', { ...reviewed, status: 'pending' })).toBe(true);
  });

  it('beyond tokens, it is that the person has the app connected, for this patient; the clinic’s own needs no more', async () => {
    const grounds = { accountId: 'id-kim', client: APP, fhirUser: 'Patient/x', patient: 'x', scope: '' };
    expect(await standing.holdsBeyondTokens(grounds)).toBe(false);
    await launch();
    expect(await standing.holdsBeyondTokens(grounds)).toBe(true);
    expect(await standing.holdsBeyondTokens({ ...grounds, client: { clientId: 'other' } })).toBe(false);
    expect(await standing.holdsBeyondTokens({ ...grounds, patient: 'y' })).toBe(false);
    expect(await standing.holdsBeyondTokens({ ...grounds, client: undefined })).toBe(false);
    const ofMum = { ...grounds, client: PORTAL, fhirUser: 'RelatedPerson/mum', patient: 'child' };
    expect(await standing.holdsBeyondTokens(ofMum)).toBe(true);
    mum({ active: false });
    expect(await standing.holdsBeyondTokens(ofMum)).toBe(false);
  });

  it('beyond tokens, it is also that all that is kept of them is allowed to the app now: by the person, and by who administers', async () => {
    const asks = (scope: string, client: Grounds['client'] = APP) =>
      standing.holdsBeyondTokens({
        accountId: 'id-kim',
        client,
        fhirUser: 'Patient/x',
        patient: 'x',
        scope,
      });
    await launch({ scope: 'openid patient/Appointment.rs patient/Observation.rs?category=http://c|lab' });
    expect(await asks('patient/Appointment.rs')).toBe(true);
    // What a role left of it is less, by whatever it filters.
    expect(await asks('patient/Appointment.r?performer=x patient/Appointment.s')).toBe(true);
    expect(await asks('patient/Observation.r?status=final&category=http%3A%2F%2Fc%7Clab')).toBe(true);
    for (const scope of [
      'patient/Appointment.rus',
      'patient/Appointment.rs patient/Condition.rs',
      'patient/Observation.rs',
      'patient/Observation.rs?category=http%3A%2F%2Fc%7Cvital-signs',
      'user/Appointment.rs',
      'what is no scope',
    ])
      expect(await asks(scope), scope).toBe(false);
    // Two launches that both last allow together what each does.
    await launch({ grantId: 'second', scope: 'patient/Condition.rs' });
    expect(await asks('patient/Appointment.rs patient/Condition.rs')).toBe(true);
    const portal = { ...PORTAL, smart_scope: 'patient/Appointment.rs' };
    expect(await asks('patient/Appointment.r', portal)).toBe(true);
    expect(await asks('patient/Appointment.ru', portal)).toBe(false);
    expect(await asks('patient/Appointment.rs', { ...APP, smart_scope: 'patient/Condition.rs' })).toBe(false);
  });
});

describe('of what the clinic’s own apps made', () => {
  const made = (endings: number | undefined, endsWithSignIns = false, client: Grounds['client'] = PORTAL) =>
    standing.holdsBeyondTokens({
      accountId: 'id-kim',
      client,
      fhirUser: 'Patient/x',
      patient: 'x',
      scope: '',
      endings,
      endsWithSignIns,
    });
  const both = async (endings?: number) => [await made(endings), await made(endings, true)];
  const launch = (members: Partial<LaunchContext> = {}) =>
    saveLaunchContext(
      kit.storage,
      {
        grantId: 'g',
        accountId: 'id-kim',
        clientId: 'portal',
        trusted: true,
        patient: 'x',
        scope: SCOPE,
        at: 0,
        ...members,
      },
      undefined,
    );

  it('it is that the account was not taken back since, and for what a sign-in makes that no ending of all came since', async () => {
    expect(await both(0)).toEqual([true, true]);
    await endSessions(kit.storage, 'id-kim');
    expect(await both(0)).toEqual([true, false]);
    await launch();
    const told = (await standing.signInMembers('g'))?.endings;
    expect(told).toBeGreaterThan(0);
    expect(await both(told)).toEqual([true, true]);
    await takeBack(kit.storage, 'id-kim', kit.now());
    expect(await both(told)).toEqual([false, false]);
    // From then on it is no less taken back by signing out once more.
    await endSessions(kit.storage, 'id-kim');
    expect(await both(told)).toEqual([false, false]);
  });

  it('it is the same of what was kept before endings were counted, as of the first', async () => {
    expect(await both()).toEqual([true, true]);
    await takeBack(kit.storage, 'id-kim', kit.now());
    expect(await both()).toEqual([false, false]);
  });

  describe('in a sign-in', () => {
    const WHO = { accountId: 'id-kim', client: PORTAL, fhirUser: 'Patient/x', patient: 'x', scope: '' };
    const asks = (grounds: Partial<KeptGrounds>) => standing.holdsBeyondTokens({ ...WHO, ...grounds });
    const signIn = async (uid: string, browser?: string) => {
      await kit.storage.saveArtifact(artifact('Session', `s-${uid}`, {}, { accountId: 'id-kim', uid }));
      const request = { headers: {} } as IncomingMessage;
      await noteSession(kit.storage, { uid, accountId: 'id-kim', request, browser, now: kit.now() });
      await launch({ grantId: uid, sessionUid: uid });
      const { sign_in, device } = (await standing.signInMembers(uid)) ?? {};
      return { signIn: sign_in, device };
    };
    /** What ends with sign-ins, what was set up to last, what goes on or is made now. */
    const all = async (made: Partial<KeptGrounds>) => [
      await asks({ ...made, endsWithSignIns: true }),
      await asks(made),
      await asks({ ...made, duringSignIn: true }),
    ];

    it('it ends with that one where it is ended from the list of devices, but for what was set up to last', async () => {
      const [strange, own] = [await signIn('strange', 'a'), await signIn('own', 'b')];
      expect([await all(strange), await all(own)]).toEqual([
        [true, true, true],
        [true, true, true],
      ]);
      await endDevice(kit.storage, 'id-kim', 'strange', 'own', kit.now());
      expect([await all(strange), await all(own)]).toEqual([
        [false, true, false],
        [true, true, true],
      ]);
    });

    it('it ends with a later one of the same browser, too', async () => {
      const earlier = await signIn('earlier', 'a');
      await endSession(kit.storage, 'id-kim', 'earlier');
      expect(await all(earlier)).toEqual([true, true, false]);
      await signIn('later', 'a');
      await endDevice(kit.storage, 'id-kim', 'later', undefined, kit.now());
      expect(await all(earlier)).toEqual([false, true, false]);
    });

    it('nothing is asked of what was kept before that was told', async () => {
      expect(await all({})).toEqual([true, true, true]);
    });
  });

  it('it is not asked of apps of others, which stay connected or do not', async () => {
    await launch({ clientId: 'app', trusted: false, scope: 'openid offline_access' });
    await takeBack(kit.storage, 'id-kim', kit.now(), { keepsApps: true });
    expect(await made(0, true, APP)).toBe(true);
    expect(await standing.signInMembers('g')).toEqual({});
  });

  it('a token that is asked about while all ends is of the time before', async () => {
    await launch();
    const told: (number | undefined)[] = [];
    // Each time that something of it has gone, it is asked about.
    const { removeArtifact } = kit.storage;
    kit.storage.removeArtifact = async (model, id) => {
      told.push((await standing.signInMembers('g'))?.endings);
      return removeArtifact(model, id);
    };
    await takeBack(kit.storage, 'id-kim', kit.now());
    expect(told[0]).toBeGreaterThan(0);
    for (const each of told) expect(await both(each)).toEqual([false, false]);
    expect(await standing.signInMembers('g')).toBeUndefined();
  });
});

describe('where the FHIR server can’t be asked', () => {
  it('nothing is claimed: another try is asked for', async () => {
    const away = new FhirUnavailable('away');
    const people = createPeople(
      {
        read: () => Promise.reject(away),
        search: () => Promise.reject(away),
        ageRules: () => Promise.reject(away),
      },
      kit.now,
    );
    const asked = createStanding(kit.storage, people).holds({
      accountId: 'id-kim',
      client: APP,
      fhirUser: 'RelatedPerson/mum',
      patient: 'child',
      scope: SCOPE,
    });
    const error = await orUnavailable(asked).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(errors.OIDCProviderError);
    expect(error).toMatchObject({
      statusCode: 503,
      status: 503,
      expose: true,
      error: 'temporarily_unavailable',
    });
    await expect(orUnavailable(Promise.reject(new Error('other')))).rejects.toThrow('other');
    expect(await orUnavailable(Promise.resolve(7))).toBe(7);
  });

  it('a client without the right to see roles rests on the practitioner alone', async () => {
    const api = fhirOf(kit.resources);
    const answering = (status: number) =>
      createPeople({ ...api, search: () => Promise.reject(new FhirUnavailable('no', status)) }, kit.now);
    expect(await answering(403).stands('Practitioner/doc', undefined)).toBe(true);
    await expect(answering(500).stands('Practitioner/doc', undefined)).rejects.toThrow(FhirUnavailable);
  });
});
