import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Kit, MINUTE, openKit, pass } from '../../test/kit.ts';
import { issueFreshSignIn, takeFreshSignIn } from './fresh-sign-in.ts';

let kit: Kit;
const LEE = {
  id: 'lee',
  username: 'lee',
  email: 'lee@example.org',
  displayName: 'Lee',
  role: 'patient',
} as const;
beforeEach(async () => {
  kit = await openKit();
  await kit.storage.insertAccount({ ...LEE, persons: [], passwordHash: '', createdAt: 0 });
});
afterEach(() => kit.close());

it('P23: a ticket lets one in, once, for five minutes, and not into a closed account', async () => {
  const ticket = () => issueFreshSignIn(kit.storage, 'lee', kit.now());
  const first = await ticket();
  expect(await takeFreshSignIn(kit.storage, first)).toMatchObject({ id: 'lee' });
  expect(await takeFreshSignIn(kit.storage, first)).toBeUndefined();
  expect(await takeFreshSignIn(kit.storage, 'guessed')).toBeUndefined();
  expect(await takeFreshSignIn(kit.storage, undefined)).toBeUndefined();
  const ofNobody = await issueFreshSignIn(kit.storage, 'gone', kit.now());
  expect(await takeFreshSignIn(kit.storage, ofNobody)).toBeUndefined();
  const [one, two] = await Promise.all([first, first].map(() => ticket()));
  const both = await Promise.all([one, one].map((each) => takeFreshSignIn(kit.storage, each)));
  expect(both.filter(Boolean)).toHaveLength(1);
  await kit.storage.updateAccount('lee', (each) => ({ ...each, disabled: true }));
  expect(await takeFreshSignIn(kit.storage, two)).toBeUndefined();
  await kit.storage.updateAccount('lee', (each) => ({ ...each, disabled: false }));
  const late = await ticket();
  pass(6 * MINUTE);
  expect(await takeFreshSignIn(kit.storage, late)).toBeUndefined();
});
