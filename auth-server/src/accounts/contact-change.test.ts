import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channels, codeIn, DAY, type Kit, MINUTE, openKit, pass, textOf, tokenIn } from '../../test/kit.ts';
import { type Account, artifact } from '../storage/storage.ts';
import { type ContactChange, createContactChange } from './contact-change.ts';

let kit: Kit;
let change: ContactChange;
let kim: Account;
beforeEach(async () => {
  kit = await openKit();
  change = createContactChange(kit);
  kim = await kit.account({ username: 'kim', phone: '+15550100100' });
});
afterEach(() => kit.close());

const email = async () => (await kit.storage.findAccount(kim.id))?.email;
/** The links: in the mail to the new address, and in that to the old one. */
async function asked(to: string): Promise<{ confirm: string; undo: string }> {
  expect(await change.requestEmail((await kit.storage.findAccount(kim.id)) as Account, to, '10.0.0.1')).toBe(
    true,
  );
  const sent = await kit.sent();
  const of = (part: string) => tokenIn(sent.find((each) => textOf(each).includes(part)));
  return { confirm: of('/confirm-email?'), undo: of('/undo-email?') };
}

describe('a new e-mail address', () => {
  it('is the account’s when it was proved; both addresses are told', async () => {
    expect(await change.requestEmail(kim, ' New@Example.org ', '10.0.0.1')).toBe(true);
    const sent = await kit.sent();
    expect(channels(sent).toSorted()).toEqual(['email kim@example.org', 'email new@example.org']);
    expect(await email()).toBe('kim@example.org');
    const token = tokenIn(sent.find((each) => textOf(each).includes('/confirm-email?')));
    expect(await change.confirmEmail(token, '10.0.0.2')).toBe(true);
    expect(await email()).toBe('new@example.org');
    const [told] = await kit.sent();
    expect(channels(told ? [told] : [])).toEqual(['email kim@example.org']);
    expect(textOf(told)).toContain('/undo-email?token=');
    expect(await kit.events(2)).toEqual(['e-mail changed', 'e-mail change asked']);
    expect((await kit.storage.listAudit({ limit: 1 }))[0]).toMatchObject({
      accountId: kim.id,
      address: '10.0.0.2',
    });
  });

  it('is proved once, by the newest link, within a day', async () => {
    const first = await asked('one@example.org');
    const second = await asked('two@example.org');
    expect(await change.confirmEmail(first.confirm, '')).toBe(false);
    expect(await change.confirmEmail(second.confirm, '')).toBe(true);
    expect(await change.confirmEmail(second.confirm, '')).toBe(false);
    const third = await asked('three@example.org');
    pass(DAY + MINUTE);
    expect(await change.confirmEmail(third.confirm, '')).toBe(false);
    expect(await change.confirmEmail('nonsense', '')).toBe(false);
    expect(await email()).toBe('two@example.org');
  });

  it('that belongs to another by then is not taken', async () => {
    const { confirm } = await asked('late@example.org');
    await kit.account({ username: 'late' });
    expect(await change.confirmEmail(confirm, '')).toBe(false);
    expect(await email()).toBe('kim@example.org');
  });

  it('is undone by the old one for three days, before and after; everybody is signed out', async () => {
    const early = await asked('thief@example.org');
    expect(await change.isUndoLink(early.undo)).toBe(true);
    expect(await change.isUndoLink('nonsense')).toBe(false);
    expect(await change.undoEmail(early.undo, '')).toBe(true);
    expect(await change.confirmEmail(early.confirm, '')).toBe(false);
    expect(await change.undoEmail(early.undo, '')).toBe(false);

    const { confirm, undo } = await asked('thief@example.org');
    await change.confirmEmail(confirm, '');
    await kit.storage.saveArtifact(artifact('Session', 's', {}, { accountId: kim.id, uid: 'u' }));
    pass(3 * DAY - MINUTE);
    expect(await change.undoEmail(undo, '10.0.0.3')).toBe(true);
    expect(await email()).toBe('kim@example.org');
    expect(await kit.storage.listArtifacts('Session', kim.id)).toEqual([]);
    expect((await kit.storage.listAudit({ limit: 1 }))[0]).toMatchObject({
      event: 'e-mail change undone',
      accountId: kim.id,
      address: '10.0.0.3',
    });
  });

  it('two changes in a row do not push the owner out, and after three days there is no way back', async () => {
    const first = await asked('one@thief.example');
    await change.confirmEmail(first.confirm, '');
    const second = await asked('two@thief.example');
    await change.confirmEmail(second.confirm, '');
    expect(await change.undoEmail(first.undo, '')).toBe(true);
    expect(await email()).toBe('kim@example.org');
    const third = await asked('three@thief.example');
    pass(3 * DAY + MINUTE);
    expect(await change.undoEmail(third.undo, '')).toBe(false);
  });

  it('that is undone leaves the way back from an earlier one, and none from those at the same moment or later', async () => {
    const first = await asked('one@thief.example');
    await change.confirmEmail(first.confirm, '');
    // Another moment, and one in which two links are made.
    pass(MINUTE);
    const second = await asked('two@thief.example');
    await change.confirmEmail(second.confirm, '');
    const [same = ''] = (await kit.sent()).map(tokenIn);
    expect(await change.undoEmail(second.undo, '')).toBe(true);
    expect(await change.isUndoLink(same)).toBe(false);
    expect(await change.isUndoLink(first.undo)).toBe(true);
  });

  it('can’t be undone to an address that is another’s by now', async () => {
    const { confirm, undo } = await asked('new@example.org');
    await change.confirmEmail(confirm, '');
    await kit.account({ username: 'squatter', email: 'kim@example.org' });
    expect(await change.undoEmail(undo, '')).toBe(false);
    expect(await email()).toBe('new@example.org');
  });

  it('in the place of one that was never shown to be the owner’s: that one is told nothing, and takes nothing back', async () => {
    await kit.storage.updateAccount(kim.id, (each) => ({ ...each, emailUnproved: true }));
    const account = (await kit.storage.findAccount(kim.id)) as Account;
    await change.requestEmail(account, 'mine@example.org', '');
    const sent = await kit.sent();
    expect(channels(sent)).toEqual(['email mine@example.org']);
    expect(await change.confirmEmail(tokenIn(sent[0]), '')).toBe(true);
    expect(await kit.sent()).toEqual([]);
    expect(await kit.storage.findAccount(kim.id)).not.toHaveProperty('emailUnproved', true);
    expect(await kit.storage.listArtifacts('EmailUndo', kim.id)).toEqual([]);
  });

  it('is asked for five times a day', async () => {
    for (let i = 0; i < 5; i++) await asked(`n${i}@example.org`);
    expect(await change.requestEmail(kim, 'n5@example.org', '')).toBe(false);
    pass(DAY + MINUTE);
    expect(await change.requestEmail(kim, 'n5@example.org', '')).toBe(true);
  });
});

describe('a new phone', () => {
  it('is not proved by the code of another number, asked for at the same moment', async () => {
    await change.requestPhone(kim, '+15550100155');
    const own = codeIn((await kit.sent())[0]);
    const underWay = Promise.withResolvers<void>();
    const slow = createContactChange({
      ...kit,
      verification: {
        ...kit.verification,
        start: async (...asked) => {
          await underWay.promise;
          return kit.verification.start(...asked);
        },
      },
    });
    const other = slow.requestPhone(kim, '+15550100177');
    expect(await change.confirmPhone(kim, own, '10.0.0.1')).toBe(false);
    underWay.resolve();
    await other;
    expect(await change.confirmPhone(kim, own, '10.0.0.1')).toBe(false);
    expect((await kit.storage.findAccount(kim.id))?.phone).toBe('+15550100100');
  });

  it('is the account’s when its code was typed; the old one and the mailbox are told', async () => {
    expect(await change.requestPhone(kim, '+15550100199')).toBe(true);
    const [text] = await kit.sent();
    expect(channels(text ? [text] : [])).toEqual(['sms +15550100199']);
    const code = codeIn(text);
    expect(await change.confirmPhone(kim, code === '000000' ? '000001' : '000000', '')).toBe(false);
    expect((await kit.storage.findAccount(kim.id))?.phone).toBe('+15550100100');
    expect(await change.confirmPhone(kim, code, '10.0.0.4')).toBe(true);
    expect((await kit.storage.findAccount(kim.id))?.phone).toBe('+15550100199');
    expect(channels(await kit.sent()).toSorted()).toEqual(['email kim@example.org', 'sms +15550100100']);
    expect((await kit.storage.listAudit({ limit: 1 }))[0]).toMatchObject({
      event: 'phone changed',
      accountId: kim.id,
      address: '10.0.0.4',
    });
    expect(await change.confirmPhone(kim, code, '')).toBe(false);
  });

  it('of an account that had none is told by mail alone', async () => {
    const { phone: _, ...without } = kim;
    await change.requestPhone(without, '+15550100199');
    const code = codeIn((await kit.sent())[0]);
    expect(await change.confirmPhone(without, code, '')).toBe(true);
    expect(channels(await kit.sent())).toEqual(['email kim@example.org']);
  });

  it('is nobody else’s to confirm, and three times a day', async () => {
    const lee = await kit.account({ username: 'lee' });
    await change.requestPhone(kim, '+15550100199');
    const code = codeIn((await kit.sent())[0]);
    expect(await change.confirmPhone(lee, code, '')).toBe(false);
    for (let i = 0; i < 2; i++) expect(await change.requestPhone(kim, '+15550100199')).toBe(true);
    expect(await change.requestPhone(kim, '+15550100199')).toBe(false);
  });
});
