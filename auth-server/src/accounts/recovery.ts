/** Forgotten passwords and usernames: a one-time link by e-mail, the same answer for everybody. */
import type { Config } from '../config.ts';
import { digest, randomSecret } from '../crypto/secrets.ts';
import { createAddressLimit, createLimit } from '../limits.ts';
import type { Message } from '../messages/message.ts';
import type { Outbox } from '../messages/outbox.ts';
import { passwordChanged, passwordReset, passwordResetSms, usernameReminder } from '../messages/templates.ts';
import { type Account, artifact, type Storage } from '../storage/storage.ts';
import { endLinks, PASSWORD_RESET } from './links.ts';
import type { Passwords } from './password.ts';
import { unmetCriteria } from './password-policy.ts';
import { type TakenBack, takeBack } from './taken-back.ts';

export interface Recovery {
  /** False = too many from this address. Otherwise nobody learns whether there is such an account. */
  requestPasswordReset(login: string, address: string): Promise<boolean>;
  requestUsername(email: string, address: string): Promise<boolean>;
  /** Whose it is, while the link can still be used; looking does not use it. */
  findResetLink(token: string): Promise<string | undefined>;
  /** The account; or names of unmet password criteria, `over` when the link is not good any more. When it is done all sessions have ended. */
  resetPassword(
    token: string,
    password: string,
    address: string,
    how?: TakenBack,
  ): Promise<{ readonly account: Account } | { readonly unmet: readonly string[] }>;
  changePassword(
    account: Account,
    password: string,
    how: TakenBack,
    address: string,
  ): Promise<readonly string[]>;
}

const LIFE_MS = 30 * 60_000;
const HOUR_MS = 3_600_000;

export interface RecoveryDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly passwords: Passwords;
  readonly outbox: Outbox;
  readonly now: () => number;
}

export function createRecovery({ config, storage, passwords, outbox, now }: RecoveryDependencies): Recovery {
  const ofAddress = createAddressLimit(storage, now, {
    name: 'recovery address',
    max: 20,
    windowMs: HOUR_MS,
  });
  const ofAccount = createLimit(storage, now, { name: 'recovery account', max: 5, windowMs: HOUR_MS });

  /** Whoever floods somebody with messages must not keep them from the one that they need. */
  const hasLink = async (accountId: string): Promise<boolean> =>
    (await storage.listArtifacts(PASSWORD_RESET, accountId)).length > 0;

  /** The account, unless it is being flooded with messages. */
  async function reachable(login: string): Promise<Account | undefined> {
    const name = login.trim().toLowerCase().slice(0, 254);
    const account = await storage.findAccountByLogin(name);
    const isAllowed = await ofAccount.take(account?.id ?? name);
    if (!account || account.disabled) return undefined;
    return isAllowed || !(await hasLink(account.id)) ? account : undefined;
  }

  async function setPassword(account: Account, password: string, how: TakenBack): Promise<void> {
    const passwordHash = await passwords.hash(password);
    await storage.updateAccount(account.id, (each) => ({ ...each, passwordHash, passwordChangedAt: now() }));
    await endLinks(storage, account.id);
    await takeBack(storage, account.id, now(), how);
    await outbox.send({ channel: 'email', to: account.email, ...passwordChanged(config) });
  }

  /** Where it was proved that the owner is reached. */
  const resetMessage = ({ email, phone, emailUnproved }: Account, link: string): Message =>
    emailUnproved && phone
      ? { channel: 'sms', to: phone, ...passwordResetSms(config, link) }
      : { channel: 'email', to: email, ...passwordReset(config, link) };

  const ownWords = ({ username, displayName, email }: Account): string[] => [
    username,
    ...displayName.split(' '),
    email.split('@')[0] ?? '',
  ];

  return {
    async requestPasswordReset(login, address) {
      if (!(await ofAddress.take(address))) return false;
      const account = await reachable(login);
      const token = randomSecret();
      // A newer link ends the older ones.
      await storage.removeArtifactsOfAccount(PASSWORD_RESET, account?.id ?? '');
      await storage.saveArtifact(
        artifact(PASSWORD_RESET, digest(token), {}, { accountId: account?.id, expiresAt: now() + LIFE_MS }),
      );
      const link = `${config.origin}/reset-password?token=${token}`;
      await outbox.send(account ? resetMessage(account, link) : { channel: 'none' });
      await storage.appendAudit({
        at: now(),
        event: 'password reset asked',
        accountId: account?.id,
        address,
      });
      return true;
    },

    async requestUsername(email, address) {
      if (!(await ofAddress.take(address))) return false;
      const account = await reachable(email);
      const isTheirs = account?.email === email.trim().toLowerCase() && !account.emailUnproved;
      await outbox.send(
        isTheirs
          ? { channel: 'email', to: account.email, ...usernameReminder(config, account.username) }
          : { channel: 'none' },
      );
      await storage.appendAudit({ at: now(), event: 'username asked', accountId: account?.id, address });
      return true;
    },

    async findResetLink(token) {
      return (await storage.findArtifact(PASSWORD_RESET, digest(token)))?.accountId;
    },

    async resetPassword(token, password, address, how = {}) {
      const link = await storage.findArtifact(PASSWORD_RESET, digest(token));
      const account = link?.accountId === undefined ? undefined : await storage.findAccount(link.accountId);
      if (!account || account.disabled) return { unmet: ['over'] };
      const unmet = await unmetCriteria(config, password, ownWords(account));
      if (unmet.length > 0) return { unmet };
      if (!(await storage.removeArtifact(PASSWORD_RESET, digest(token)))) return { unmet: ['over'] };
      await setPassword(account, password, how);
      await storage.appendAudit({ at: now(), event: 'password reset', accountId: account.id, address });
      return { account };
    },

    async changePassword(account, password, how, address) {
      const unmet = await unmetCriteria(config, password, ownWords(account));
      if (unmet.length > 0) return unmet;
      await setPassword(account, password, how);
      await storage.appendAudit({ at: now(), event: 'password changed', accountId: account.id, address });
      return [];
    },
  };
}
