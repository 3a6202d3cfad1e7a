import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channels, codeIn, DAY, type Kit, MINUTE, openKit, pass, textOf } from '../../test/kit.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await openKit();
});
afterEach(() => kit.close());

const start = (about = 'a', to = 'x@example.org') => kit.verification.start(about, { channel: 'email', to });
const other = (code: string): string => (code === '000000' ? '000001' : '000000');

describe('a code', () => {
  it('is six digits, good once, for what it was made for, however it is typed', async () => {
    expect(await start()).toBe(true);
    const [mail] = await kit.sent();
    const code = codeIn(mail);
    expect(code).toMatch(/^\d{6}$/);
    expect(textOf(mail)).toContain('10 minutes');
    expect(await kit.verification.check('b', code)).toBe(false);
    expect(await kit.verification.check('a', other(code))).toBe(false);
    expect(await kit.verification.check('a', ` ${code.slice(0, 3)} ${code.slice(3)} `)).toBe(true);
    expect(await kit.verification.check('a', code)).toBe(false);
  });

  it('is good for ten minutes and five tries; a new one has five of its own', async () => {
    await start();
    const code = codeIn((await kit.sent())[0]);
    for (let i = 0; i < 5; i++) expect(await kit.verification.check('a', other(code))).toBe(false);
    expect(await kit.verification.check('a', code)).toBe(false);
    await start();
    const next = codeIn((await kit.sent())[0]);
    for (let i = 0; i < 4; i++) await kit.verification.check('a', other(next));
    expect(await kit.verification.check('a', next)).toBe(true);
    await start('c', 'y@example.org');
    const late = codeIn((await kit.sent())[0]);
    pass(10 * MINUTE + 1000);
    expect(await kit.verification.check('c', late)).toBe(false);
  });

  it('many tries at once are five', async () => {
    await start();
    const code = codeIn((await kit.sent())[0]);
    const tries = [...Array.from({ length: 20 }, () => other(code)), code];
    const results = await Promise.all(tries.map((each) => kit.verification.check('a', each)));
    expect(results.every((each) => !each)).toBe(true);
  });

  it('goes by mail, by text, or to nobody after the same work; three a day to one contact', async () => {
    await start();
    await kit.verification.start('b', { channel: 'sms', to: '+15550100100' });
    await kit.verification.start('c', undefined);
    expect(channels(await kit.sent()).toSorted()).toEqual([
      'email x@example.org',
      'none',
      'sms +15550100100',
    ]);
    expect(await kit.storage.findArtifact('VerificationCode', 'c')).toBeDefined();
    for (let i = 0; i < 2; i++) expect(await start()).toBe(true);
    const [last] = await kit.sent();
    expect(await start()).toBe(false);
    expect(channels(await kit.sent())).toEqual(['none']);
    // What was not sent proves nothing, nor what was sent before it.
    expect(await kit.storage.findArtifact('VerificationCode', 'a')).toBeUndefined();
    expect(await kit.verification.check('a', codeIn(last))).toBe(false);
    expect(await start('a', 'other@example.org')).toBe(true);
    pass(DAY + MINUTE);
    expect(await start()).toBe(true);
  });

  it('is not kept where it could be read', async () => {
    await start();
    const kept = JSON.stringify(await kit.storage.findArtifact('VerificationCode', 'a'));
    expect(kept).not.toContain(codeIn((await kit.sent())[0]));
  });
});
