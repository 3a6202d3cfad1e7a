import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, MINUTE, openKit, pass } from '../../test/kit.ts';
import type { Account } from '../storage/storage.ts';
import { createPasskeys, type Passkeys } from './passkeys.ts';
import { newRecoveryCodes, useRecoveryCode } from './recovery-codes.ts';
import { newTotpSecret, totpStep, totpUri, useTotp } from './totp.ts';

let kit: Kit;
let kim: Account;
beforeEach(async () => {
  kit = await openKit();
  kim = await kit.account({ username: 'kim' });
});
afterEach(() => kit.close());

const codeAt = (secret: string, timestamp: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });

describe('an authenticator app', () => {
  const STEP = 30_000;
  const at = 1_800_000_000_000;

  it('shows a code that is right in its half minute, the one before and the one after', () => {
    const secret = newTotpSecret();
    const code = codeAt(secret, at);
    const step = at / STEP;
    expect(totpStep(secret, code, at)).toBe(step);
    expect(totpStep(secret, code, at + STEP)).toBe(step);
    expect(totpStep(secret, code, at - 1)).toBe(step);
    for (const off of [2 * STEP, -STEP - 1]) expect(totpStep(secret, code, at + off)).toBeUndefined();
    for (const wrong of ['', 'abcdef', `${code}0`, code.slice(1), `x${code}`])
      expect(totpStep(secret, wrong, at)).toBeUndefined();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('is set up by an address that names the clinic and the account', () => {
    const uri = new URL(totpUri('JBSWY3DPEHPK3PXP', 'The Clinic', 'kim'));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toContain('The Clinic:kim');
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({
      secret: 'JBSWY3DPEHPK3PXP',
      issuer: 'The Clinic',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('shows each code for one use, and none of before', async () => {
    const secret = newTotpSecret();
    const use = (code: string, now: number) => useTotp(kit.storage, kit.seal, kim.id, code, now);
    expect(await use(codeAt(secret, at), at)).toBe(false);
    expect(await useTotp(kit.storage, kit.seal, 'nobody', codeAt(secret, at), at)).toBe(false);
    await kit.storage.updateAccount(kim.id, (each) => ({
      ...each,
      totp: { sealedSecret: kit.seal.seal(secret), lastStep: 0 },
    }));
    expect(await use('000000' === codeAt(secret, at) ? '000001' : '000000', at)).toBe(false);
    const both = await Promise.all([use(codeAt(secret, at), at), use(codeAt(secret, at), at)]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await use(codeAt(secret, at - STEP), at)).toBe(false);
    expect(await use(codeAt(secret, at + STEP), at + STEP)).toBe(true);
    expect((await kit.storage.findAccount(kim.id))?.totp?.lastStep).toBe(at / STEP + 1);
  });
});

describe('recovery codes', () => {
  it('are ten, each good once for one of two at once, however typed', async () => {
    const { codes, digests } = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    expect(codes.every((code) => /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/.test(code))).toBe(true);
    expect(digests).not.toContain(codes[0]);
    expect(await useRecoveryCode(kit.storage, kim.id, codes[0] ?? '')).toBe(false);
    await kit.storage.updateAccount(kim.id, (each) => ({ ...each, recoveryCodes: digests }));
    const typed = ` ${codes[0]?.toLowerCase().replaceAll('-', '')} `;
    const both = await Promise.all([1, 2].map(() => useRecoveryCode(kit.storage, kim.id, typed)));
    expect(both.toSorted()).toEqual([false, true]);
    expect((await kit.storage.findAccount(kim.id))?.recoveryCodes).toEqual(digests.slice(1));
    expect(await useRecoveryCode(kit.storage, kim.id, 'AAAA-AAAA-AAAA')).toBe(false);
    expect(await useRecoveryCode(kit.storage, 'nobody', codes[1] ?? '')).toBe(false);
    expect(await useRecoveryCode(kit.storage, kim.id, codes[1] ?? '')).toBe(true);
  });
});

/** A passkey as a device makes it (Web Authentication Level 3, section 6): an ES256 key, no attestation. */
class Device {
  readonly id = Buffer.from(crypto.getRandomValues(new Uint8Array(16)));
  readonly #key: KeyObject;
  readonly #cose: Buffer;
  counter = 0;
  origin: string;
  rpId: string;
  /** User present and verified. */
  flags = 0x05;

  constructor(origin: string) {
    this.origin = origin;
    this.rpId = new URL(origin).hostname;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    this.#cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
  }

  #data(extra: Buffer = Buffer.alloc(0), flags = this.flags): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([
      createHash('sha256').update(this.rpId).digest(),
      Buffer.from([flags]),
      counter,
      extra,
    ]);
  }
  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  register({ challenge }: { challenge: string }) {
    const credential = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, this.id.length]),
      this.id,
      this.#cose,
    ]);
    const data = this.#data(credential, this.flags | 0x40);
    const length = Buffer.from([0x58, data.length]);
    const attestationObject = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
      length,
      data,
    ]);
    return {
      id: this.id.toString('base64url'),
      rawId: this.id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
      },
    };
  }

  answer({ challenge }: { challenge: string }, userHandle: string) {
    this.counter += 1;
    const data = this.#data();
    const clientData = this.#clientData('webauthn.get', challenge);
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
    return {
      id: this.id.toString('base64url'),
      rawId: this.id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        authenticatorData: data.toString('base64url'),
        clientDataJSON: clientData.toString('base64url'),
        signature: sign('sha256', signed, this.#key).toString('base64url'),
        userHandle: Buffer.from(userHandle).toString('base64url'),
      },
    };
  }
}

describe('a passkey', () => {
  let passkeys: Passkeys;
  let device: Device;
  beforeEach(() => {
    passkeys = createPasskeys(kit.config, kit.storage, kit.now);
    device = new Device(kit.config.origin);
  });
  const current = async () => (await kit.storage.findAccount(kim.id)) as Account;
  const options = async () => (await passkeys.additionOptions(await current())) as { challenge: string };
  const asked = async (purpose = 'step') => (await passkeys.signInOptions(purpose)) as { challenge: string };
  const added = async (): Promise<void> => {
    expect(await passkeys.add(await current(), device.register(await options()), ' My phone ')).toBe(true);
  };

  it('is added with its name, and signs in who it belongs to', async () => {
    await added();
    expect((await current()).passkeys).toMatchObject([
      { id: device.id.toString('base64url'), name: 'My phone', counter: 0, createdAt: expect.any(Number) },
    ]);
    const account = await passkeys.signIn('step', device.answer(await asked(), kim.id));
    expect(account?.id).toBe(kim.id);
    expect((await current()).passkeys?.[0]).toMatchObject({ counter: 1, lastUsedAt: expect.any(Number) });
  });

  it('is asked for with user verification, and never a second time on one device', async () => {
    await added();
    expect(await options()).toMatchObject({
      rp: { name: kit.config.CLINIC_NAME, id: 'localhost' },
      user: { name: 'kim', displayName: 'Kim Lind' },
      excludeCredentials: [{ id: device.id.toString('base64url') }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    });
    expect(
      ((await options()) as unknown as { pubKeyCredParams: { alg: number }[] }).pubKeyCredParams.map(
        ({ alg }) => alg,
      ),
    ).toEqual([-8, -7, -257]);
    expect(await asked()).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  });

  it('has a name of its own where none was given, and a short one', async () => {
    expect(await passkeys.add(kim, device.register(await options()), '  ')).toBe(true);
    const other = new Device(kit.config.origin);
    expect(await passkeys.add(await current(), other.register(await options()), 'x'.repeat(100))).toBe(true);
    expect((await current()).passkeys?.map(({ name }) => name)).toEqual(['Passkey', 'x'.repeat(60)]);
  });

  it('is ten an account at most', async () => {
    const ten = Array.from({ length: 10 }, (_, i) => ({
      id: `${i}`,
      publicKey: '',
      counter: 0,
      name: '',
      createdAt: 0,
    }));
    await kit.storage.updateAccount(kim.id, (each) => ({ ...each, passkeys: ten }));
    expect(await passkeys.add(await current(), device.register(await options()), 'x')).toBe(false);
    await kit.storage.updateAccount(kim.id, (each) => ({ ...each, passkeys: ten.slice(1) }));
    await added();
  });

  it.each([
    ['another origin', () => Object.assign(device, { origin: 'https://evil.example' })],
    ['another party', () => Object.assign(device, { rpId: 'evil.example' })],
    ['no verification of the user', () => Object.assign(device, { flags: 0x01 })],
    ['nobody present', () => Object.assign(device, { flags: 0x04 })],
  ])('is neither added nor signs in with %s', async (_, spoil) => {
    await added();
    spoil();
    expect(await passkeys.signIn('step', device.answer(await asked(), kim.id))).toBeUndefined();
    expect(await passkeys.add(await current(), device.register(await options()), 'x')).toBe(false);
    expect((await current()).passkeys).toHaveLength(1);
  });

  it('answers one challenge, once, made for this, within five minutes', async () => {
    await added();
    const challenge = await asked();
    const answer = device.answer(challenge, kim.id);
    expect(await passkeys.signIn('another step', answer)).toBeUndefined();
    expect((await passkeys.signIn('step', answer))?.id).toBe(kim.id);
    expect(await passkeys.signIn('step', answer)).toBeUndefined();
    const old = device.answer(await asked(), kim.id);
    pass(5 * MINUTE + 1000);
    expect(await passkeys.signIn('step', old)).toBeUndefined();
    const stale = device.answer(await asked(), kim.id);
    await asked();
    expect(await passkeys.signIn('step', stale)).toBeUndefined();
    expect(await passkeys.add(kim, device.register({ challenge: 'AAAA' }), 'x')).toBe(false);
    await options();
    expect(await passkeys.add(kim, new Device(kit.config.origin).register({ challenge: 'AAAA' }), 'x')).toBe(
      false,
    );
  });

  it('signs in nobody else, nobody whose account is closed, and is not copied', async () => {
    await added();
    const lee = await kit.account({ username: 'lee' });
    expect(await passkeys.signIn('step', device.answer(await asked(), lee.id))).toBeUndefined();
    expect(await passkeys.signIn('step', device.answer(await asked(), 'nobody'))).toBeUndefined();
    expect(
      await passkeys.signIn('step', new Device(kit.config.origin).answer(await asked(), kim.id)),
    ).toBeUndefined();
    for (const nonsense of [undefined, 'x', {}, { response: {} }]) {
      await asked();
      expect(await passkeys.signIn('step', nonsense)).toBeUndefined();
    }
    expect((await passkeys.signIn('step', device.answer(await asked(), kim.id)))?.id).toBe(kim.id);
    // A copy that was left behind counts lower.
    device.counter = 1;
    expect(await passkeys.signIn('step', device.answer(await asked(), kim.id))).toBeUndefined();
    device.counter = 50;
    await kit.storage.updateAccount(kim.id, (each) => ({ ...each, disabled: true }));
    expect(await passkeys.signIn('step', device.answer(await asked(), kim.id))).toBeUndefined();
  });
});
