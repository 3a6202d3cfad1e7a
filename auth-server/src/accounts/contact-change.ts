/** Change of e-mail and phone: nothing changes until the new one is proved, the old one is told, and has 72 hours to undo it. */
import type { Config } from '../config.ts';
import { digest, randomSecret } from '../crypto/secrets.ts';
import { createLimit } from '../limits.ts';
import type { Outbox } from '../messages/outbox.ts';
import {
  emailChangeConfirm,
  emailChanged,
  emailChangeRequested,
  phoneChanged,
  phoneChangedSms,
} from '../messages/templates.ts';
import { type Account, AddressTaken, artifact, type Storage } from '../storage/storage.ts';
import { EMAIL_CHANGE, endLinks, PASSWORD_RESET, PHONE_CHANGE } from './links.ts';
import { takeBack } from './taken-back.ts';
import type { Verification } from './verification.ts';

export interface ContactChange {
  /** False when the account has asked too often today. */
  requestEmail(account: Account, email: string, address: string): Promise<boolean>;
  /** False when the link is over, or the address belongs to another account by now. */
  confirmEmail(token: string, address: string): Promise<boolean>;
  isUndoLink(token: string): Promise<boolean>;
  /** The old address is the account's again, and everybody is signed out. */
  undoEmail(token: string, address: string): Promise<boolean>;
  /** Sends a code; false when the number had its share today. */
  requestPhone(account: Account, phone: string): Promise<boolean>;
  confirmPhone(account: Account, code: string, address: string): Promise<boolean>;
}

const UNDO = 'EmailUndo';
const DAY_MS = 86_400_000;

export interface ContactChangeDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly outbox: Outbox;
  readonly verification: Verification;
  readonly now: () => number;
}

/** A link to the address, which becomes the account's when it is used; a newer one ends the older. */
export async function askToConfirm(
  { config, storage, outbox, now }: Omit<ContactChangeDependencies, 'verification'>,
  accountId: string,
  email: string,
): Promise<void> {
  const token = randomSecret();
  await storage.removeArtifactsOfAccount(EMAIL_CHANGE, accountId);
  await storage.saveArtifact(
    artifact(EMAIL_CHANGE, digest(token), { email }, { accountId, expiresAt: now() + DAY_MS }),
  );
  const link = `${config.origin}/confirm-email?token=${token}`;
  await outbox.send({ channel: 'email', to: email, ...emailChangeConfirm(config, link) });
}

export function createContactChange(dependencies: ContactChangeDependencies): ContactChange {
  const { config, storage, outbox, verification, now } = dependencies;

  const asks = createLimit(storage, now, { name: 'e-mail changes', max: 5, windowMs: DAY_MS });

  async function audit(event: string, accountId: string, address: string): Promise<void> {
    await storage.appendAudit({ at: now(), event, accountId, address });
  }

  /** A link for the old address; earlier ones stay good, so that two changes in a row can't push the owner out. */
  async function undoLink({ id, email }: Account): Promise<string> {
    const token = randomSecret();
    await storage.saveArtifact(
      artifact(UNDO, digest(token), { email, at: now() }, { accountId: id, expiresAt: now() + 3 * DAY_MS }),
    );
    return `${config.origin}/undo-email?token=${token}`;
  }

  /** Those that went to the addresses since: whoever had one of them would take the account again. */
  async function endLaterUndos(accountId: string, at: number): Promise<void> {
    for (const { id, payload } of await storage.listArtifacts(UNDO, accountId))
      if (Number(payload.at) >= at) await storage.removeArtifact(UNDO, id);
  }

  return {
    async requestEmail(account, email, address) {
      if (!(await asks.take(account.id))) return false;
      await askToConfirm(dependencies, account.id, email.trim().toLowerCase());
      // Who never showed that the old address is theirs has no say in the new one.
      if (!account.emailUnproved)
        await outbox.send({
          channel: 'email',
          to: account.email,
          ...emailChangeRequested(config, await undoLink(account)),
        });
      await audit('e-mail change asked', account.id, address);
      return true;
    },

    async confirmEmail(token, address) {
      const change = await storage.findArtifact(EMAIL_CHANGE, digest(token));
      const before =
        change?.accountId === undefined ? undefined : await storage.findAccount(change.accountId);
      if (!change || !before || !(await storage.removeArtifact(EMAIL_CHANGE, digest(token)))) return false;
      try {
        await storage.updateAccount(before.id, (account) => ({
          ...account,
          email: String(change.payload.email),
          emailUnproved: undefined,
        }));
      } catch (error) {
        if (error instanceof AddressTaken) return false;
        throw error;
      }
      // What went to an address opens the account for as long as that is the account's.
      await storage.removeArtifactsOfAccount(PASSWORD_RESET, before.id);
      // An address that was nobody's yet is told nothing, and takes nothing back.
      if (!before.emailUnproved)
        await outbox.send({
          channel: 'email',
          to: before.email,
          ...emailChanged(config, await undoLink(before)),
        });
      await audit('e-mail changed', before.id, address);
      return true;
    },

    async isUndoLink(token) {
      return (await storage.findArtifact(UNDO, digest(token))) !== undefined;
    },

    async undoEmail(token, address) {
      const undo = await storage.findArtifact(UNDO, digest(token));
      if (!undo?.accountId || !(await storage.removeArtifact(UNDO, digest(token)))) return false;
      await endLaterUndos(undo.accountId, Number(undo.payload.at));
      try {
        await storage.updateAccount(undo.accountId, (account) => ({
          ...account,
          email: String(undo.payload.email),
        }));
      } catch (error) {
        if (error instanceof AddressTaken) return false;
        throw error;
      }
      await endLinks(storage, undo.accountId);
      await takeBack(storage, undo.accountId, now());
      await audit('e-mail change undone', undo.accountId, address);
      return true;
    },

    async requestPhone(account, phone) {
      await storage.saveArtifact(
        artifact(PHONE_CHANGE, account.id, { phone }, { accountId: account.id, expiresAt: now() + DAY_MS }),
      );
      return verification.start(proving(account, phone), { channel: 'sms', to: phone });
    },

    async confirmPhone(account, code, address) {
      const change = await storage.findArtifact(PHONE_CHANGE, account.id);
      const phone = String(change?.payload.phone);
      if (!change || !(await verification.check(proving(account, phone), code))) return false;
      await storage.removeArtifact(PHONE_CHANGE, account.id);
      await storage.updateAccount(account.id, (each) => ({ ...each, phone }));
      await outbox.send({ channel: 'email', to: account.email, ...phoneChanged(config) });
      if (account.phone) await outbox.send({ channel: 'sms', to: account.phone, ...phoneChangedSms(config) });
      await audit('phone changed', account.id, address);
      return true;
    },
  };
}

/** A code is of its number: that of another, asked for at the same moment, proves nothing. */
const proving = ({ id }: Account, phone: string): string => `phone ${id} ${phone}`;
