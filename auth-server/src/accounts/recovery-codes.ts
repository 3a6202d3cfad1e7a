/** Ten codes for the day the phone is lost: shown once, kept as digests, each good once. */
import { digest, normalCode, randomCode } from '../crypto/secrets.ts';
import type { Storage } from '../storage/storage.ts';

const COUNT = 10;

export interface NewRecoveryCodes {
  readonly codes: readonly string[];
  readonly digests: readonly string[];
}

export function newRecoveryCodes(): NewRecoveryCodes {
  const codes = Array.from({ length: COUNT }, () => randomCode(3));
  return { codes, digests: codes.map(digest) };
}

/** True for exactly one caller a code. */
export async function useRecoveryCode(storage: Storage, accountId: string, typed: string): Promise<boolean> {
  const wanted = digest(normalCode(typed));
  let isRight = false;
  await storage.updateAccount(accountId, (account) => {
    isRight = account.recoveryCodes?.includes(wanted) === true;
    if (!isRight) return undefined;
    return { ...account, recoveryCodes: account.recoveryCodes?.filter((each) => each !== wanted) };
  });
  return isRight;
}
