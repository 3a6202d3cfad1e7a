import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, type Kit, MINUTE, openKit, pass } from '../../test/kit.ts';
import { artifact } from '../storage/storage.ts';
import { createLaunch, findLaunch, launchUrl, useLaunch } from './ehr-launch.ts';
import {
  contextMembers,
  findLaunchContext,
  type LaunchContext,
  lastOpened,
  listLaunchContexts,
  noteUse,
  revokeGrant,
  saveLaunchContext,
} from './launch-context.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await openKit();
});
afterEach(() => kit.close());

const context = (grantId: string, members: Partial<LaunchContext> = {}): LaunchContext => ({
  grantId,
  accountId: 'kim',
  clientId: 'app',
  scope: 'openid',
  at: 1000,
  ...members,
});
const save = (each: LaunchContext, expiresAt?: number) => saveLaunchContext(kit.storage, each, expiresAt);

describe('the context of a launch', () => {
  it('is kept with its grant, as it was, and ends with it', async () => {
    const one = context('one', {
      patient: 'x',
      encounter: 'e',
      fhirUser: 'Patient/x',
      fhirContext: [{ reference: 'A/1' }],
    });
    await save(one);
    await save(context('two', { accountId: 'lee' }), kit.now() + MINUTE);
    expect(await findLaunchContext(kit.storage, 'one')).toEqual(one);
    expect(await findLaunchContext(kit.storage, 'none')).toBeUndefined();
    pass(MINUTE + 1000);
    expect(await findLaunchContext(kit.storage, 'two')).toBeUndefined();
    expect(await findLaunchContext(kit.storage, 'one')).toEqual(one);
  });

  it('is listed by account, or all of them, with when it was last used', async () => {
    await save(context('one'));
    await save(context('two', { at: 5000 }));
    await save(context('three', { accountId: 'lee' }));
    const at = kit.now();
    await noteUse(kit.storage, 'one', 'kim', at);
    const listed = await listLaunchContexts(kit.storage, 'kim');
    expect(listed.map(({ grantId, lastUsedAt }) => [grantId, lastUsedAt])).toEqual([
      ['one', at],
      ['two', 5000],
    ]);
    expect(await listLaunchContexts(kit.storage)).toHaveLength(3);
  });

  it('has its use noted once a minute', async () => {
    await save(context('one'));
    const used = async () => (await listLaunchContexts(kit.storage, 'kim'))[0]?.lastUsedAt;
    const at = kit.now();
    await noteUse(kit.storage, 'one', 'kim', at);
    await noteUse(kit.storage, 'one', 'kim', at + MINUTE - 1);
    expect(await used()).toBe(at);
    await noteUse(kit.storage, 'one', 'kim', at + MINUTE);
    expect(await used()).toBe(at + MINUTE);
    pass(399 * DAY);
    expect(await used()).toBe(at + MINUTE);
    pass(2 * DAY);
    expect(await used()).toBe(1000);
  });

  it('tells when a relative last opened the record, for some time after it has ended, and nothing of a patient who opens their own', async () => {
    const at = kit.now();
    await save(context('one', { fhirUser: 'RelatedPerson/mum', at }));
    await save(context('two', { fhirUser: 'Patient/kim', at }));
    await revokeGrant(kit.storage, 'one');
    expect(await lastOpened(kit.storage, 'RelatedPerson/mum')).toBe(at);
    expect(await lastOpened(kit.storage, 'RelatedPerson/dad')).toBeUndefined();
    expect(await lastOpened(kit.storage, 'Patient/kim')).toBeUndefined();
    pass(399 * DAY);
    expect(await lastOpened(kit.storage, 'RelatedPerson/mum')).toBe(at);
    pass(2 * DAY);
    expect(await lastOpened(kit.storage, 'RelatedPerson/mum')).toBeUndefined();
  });

  it('is told beside the token, each member where there is one; a banner is needed unless the EHR says otherwise', () => {
    const fixed = { smart_style_url: 'https://auth.example/smart-style.json' };
    expect(contextMembers(context('one'), 'https://auth.example')).toStrictEqual({
      need_patient_banner: true,
      ...fixed,
    });
    const full = context('one', {
      patient: 'x',
      encounter: 'e',
      fhirContext: [],
      intent: 'reconcile',
      needPatientBanner: false,
      fhirUser: 'Patient/x',
    });
    expect(contextMembers(full, 'https://auth.example')).toEqual({
      patient: 'x',
      encounter: 'e',
      fhirContext: [],
      intent: 'reconcile',
      need_patient_banner: false,
      ...fixed,
    });
  });

  it('goes with everything that the launch gave, and nothing of another', async () => {
    const models = ['AccessToken', 'RefreshToken', 'AuthorizationCode'];
    for (const grantId of ['one', 'two']) {
      await save(context(grantId));
      await noteUse(kit.storage, grantId, 'kim', kit.now());
      await kit.storage.saveArtifact(artifact('Grant', grantId, {}));
      for (const model of models)
        await kit.storage.saveArtifact(artifact(model, `${model} ${grantId}`, {}, { grantId }));
    }
    await revokeGrant(kit.storage, 'one');
    const left = async (grantId: string) =>
      Promise.all(
        [
          ['LaunchContext', grantId],
          ['LaunchUse', grantId],
          ['Grant', grantId],
          ...models.map((model) => [model, `${model} ${grantId}`]),
        ].map(async ([model = '', id = '']) => (await kit.storage.findArtifact(model, id)) !== undefined),
      );
    expect(new Set(await left('one'))).toEqual(new Set([false]));
    expect(new Set(await left('two'))).toEqual(new Set([true]));
  });
});

describe('an EHR’s launch', () => {
  it('is for one app, once, for five minutes, under a handle that is not kept', async () => {
    const asked = { clientId: 'app', patient: 'x', needPatientBanner: false };
    const handle = await createLaunch(kit.storage, asked, kit.now());
    expect(handle).toMatch(/^[\w-]{43}$/);
    expect(await findLaunch(kit.storage, handle, 'app')).toEqual(asked);
    expect(await findLaunch(kit.storage, handle, 'other')).toBeUndefined();
    expect(await findLaunch(kit.storage, `${handle}x`, 'app')).toBeUndefined();
    expect(JSON.stringify(await kit.storage.listArtifacts('Launch'))).not.toContain(handle);
    const both = await Promise.all([useLaunch(kit.storage, handle), useLaunch(kit.storage, handle)]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await findLaunch(kit.storage, handle, 'app')).toBeUndefined();
    const late = await createLaunch(kit.storage, asked, kit.now());
    pass(5 * MINUTE - 1000);
    expect(await findLaunch(kit.storage, late, 'app')).toEqual(asked);
    pass(2000);
    expect(await useLaunch(kit.storage, late)).toBe(false);
  });

  it('is opened at the app’s own launch address, whatever that holds already', () => {
    expect(launchUrl('https://app.example/go?a=1&iss=evil', 'https://fhir.example/fhir', 'h')).toBe(
      'https://app.example/go?a=1&iss=https%3A%2F%2Ffhir.example%2Ffhir&launch=h',
    );
  });
});
