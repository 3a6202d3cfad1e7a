/** Accounts from a JSON file, for demonstrations and migrations: idempotent by username. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Account, Storage } from '../storage/storage.ts';
import { USERNAME } from './new-login.ts';
import { hashPassword, verifyPassword } from './password.ts';

const schema = z.array(
  z.object({
    username: z.string().regex(USERNAME, 'lower case letters, digits, . _ -'),
    email: z.email(),
    phone: z
      .string()
      .regex(/^\+\d{8,15}$/)
      .optional(),
    password: z.string().min(12),
    displayName: z.string().min(1),
    role: z.enum(['patient', 'proxy', 'practitioner', 'administrator']),
    persons: z.array(z.string().regex(/^(Patient|RelatedPerson|Practitioner)\/[A-Za-z0-9\-.]{1,64}$/)),
  }),
);

export interface ImportOptions {
  /** A production server does not start with them. */
  readonly demo: boolean;
  readonly now: number;
}

/** Returns how many accounts were written. Throws with one line a problem. */
export async function importAccounts(
  storage: Storage,
  json: unknown,
  { demo, now }: ImportOptions,
): Promise<number> {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  for (const { password, email, ...given } of parsed.data) {
    const known = await storage.findAccountByLogin(given.username);
    const isSame = known !== undefined && (await verifyPassword(password, known.passwordHash));
    const passwordHash = isSame ? known.passwordHash : await hashPassword(password);
    const members = { ...given, email: email.toLowerCase(), passwordHash, demo };
    if (known) {
      await storage.updateAccount(known.id, (before) => ({ ...before, ...members }));
      continue;
    }
    const account: Account = { id: randomUUID(), createdAt: now, ...members };
    if (!(await storage.insertAccount(account))) throw new Error(`${account.username}: the e-mail is taken`);
  }
  return parsed.data.length;
}
