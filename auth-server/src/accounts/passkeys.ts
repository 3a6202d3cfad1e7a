/** Passkeys (Web Authentication Level 3) by @simplewebauthn/server: challenges are kept here, used once, and bound to what they were made for. */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Config } from '../config.ts';
import { type Account, artifact, type Passkey, type Storage } from '../storage/storage.ts';

const MODEL = 'PasskeyChallenge';
const LIFE_MS = 5 * 60_000;
/** EdDSA, ES256, RS256 (COSE). */
const ALGORITHMS = [-8, -7, -257];
const MAX_PASSKEYS = 10;

export interface Passkeys {
  /** `purpose`: what the answer may be used for, e.g. the interaction's id. */
  signInOptions(purpose: string): Promise<object>;
  /** The account whose passkey answered; undefined when anything is wrong. */
  signIn(purpose: string, answer: unknown): Promise<Account | undefined>;
  additionOptions(account: Account): Promise<object>;
  /** False when anything is wrong. */
  add(account: Account, answer: unknown, name: string): Promise<boolean>;
}

export function createPasskeys(config: Config, storage: Storage, now: () => number): Passkeys {
  const expected = { expectedOrigin: config.origin, expectedRPID: new URL(config.origin).hostname };

  async function keep(purpose: string, challenge: string): Promise<void> {
    await storage.saveArtifact(artifact(MODEL, purpose, { challenge }, { expiresAt: now() + LIFE_MS }));
  }

  /** Once: an answer that is sent again finds no challenge. */
  async function take(purpose: string): Promise<string | undefined> {
    const found = await storage.findArtifact(MODEL, purpose);
    const isMine = found !== undefined && (await storage.removeArtifact(MODEL, purpose));
    return isMine ? String(found.payload.challenge) : undefined;
  }

  return {
    async signInOptions(purpose) {
      const options = await generateAuthenticationOptions({
        rpID: expected.expectedRPID,
        userVerification: 'required',
      });
      await keep(purpose, options.challenge);
      return options;
    },

    async signIn(purpose, answer) {
      const expectedChallenge = await take(purpose);
      const response = answer as AuthenticationResponseJSON | undefined;
      const owner = Buffer.from(String(response?.response?.userHandle ?? ''), 'base64url').toString('utf8');
      const account = await storage.findAccount(owner);
      const passkey = account?.passkeys?.find(({ id }) => id === response?.id);
      if (!expectedChallenge || !response || !account || account.disabled || !passkey) return undefined;
      try {
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response,
          expectedChallenge,
          ...expected,
          requireUserVerification: true,
          credential: {
            id: passkey.id,
            publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
            counter: passkey.counter,
          },
        });
        if (!verified) return undefined;
        await changePasskey(account.id, passkey.id, (each) => ({
          ...each,
          counter: authenticationInfo.newCounter,
          lastUsedAt: now(),
        }));
        return account;
      } catch {
        return undefined;
      }
    },

    async additionOptions(account) {
      const options = await generateRegistrationOptions({
        rpName: config.CLINIC_NAME,
        rpID: expected.expectedRPID,
        userID: new TextEncoder().encode(account.id),
        userName: account.username,
        userDisplayName: account.displayName,
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: (account.passkeys ?? []).map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      await keep(`add ${account.id}`, options.challenge);
      return options;
    },

    async add(account, answer, name) {
      const expectedChallenge = await take(`add ${account.id}`);
      if (!expectedChallenge || (account.passkeys ?? []).length >= MAX_PASSKEYS) return false;
      try {
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: answer as RegistrationResponseJSON,
          expectedChallenge,
          ...expected,
          requireUserVerification: true,
          supportedAlgorithmIDs: ALGORITHMS,
        });
        if (!verified) return false;
        const { id, publicKey, counter } = registrationInfo.credential;
        const passkey: Passkey = {
          id,
          publicKey: Buffer.from(publicKey).toString('base64url'),
          counter,
          name: name.trim().slice(0, 60) || 'Passkey',
          createdAt: now(),
        };
        await storage.updateAccount(account.id, (each) => ({
          ...each,
          passkeys: [...(each.passkeys ?? []), passkey],
        }));
        return true;
      } catch {
        return false;
      }
    },
  };

  async function changePasskey(
    accountId: string,
    id: string,
    change: (passkey: Passkey) => Passkey,
  ): Promise<void> {
    await storage.updateAccount(accountId, (account) => ({
      ...account,
      passkeys: account.passkeys?.map((each) => (each.id === id ? change(each) : each)),
    }));
  }
}
