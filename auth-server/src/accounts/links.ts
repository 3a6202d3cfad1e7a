/** What was begun to change how an account is opened, and waits: links by mail, codes, a new authenticator. It ends when the account is taken back. */
import type { Storage } from '../storage/storage.ts';

export const PASSWORD_RESET = 'PasswordReset';
export const EMAIL_CHANGE = 'EmailChange';
export const PHONE_CHANGE = 'PhoneChange';
export const TOTP_SET_UP = 'TotpSetUp';
const MODELS = [PASSWORD_RESET, EMAIL_CHANGE, PHONE_CHANGE, TOTP_SET_UP];

export async function endLinks(storage: Storage, accountId: string): Promise<void> {
  for (const model of MODELS) await storage.removeArtifactsOfAccount(model, accountId);
}
