/** Accounts from a JSON file, for demonstrations and migrations: idempotent by username. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Storage } from '../storage/storage.ts';
import { hashPassword, verifyPassword } from './password.ts';

const schema = z.array(
  z.object({
    username: z.string().regex(/^[a-z0-9][a-z0-9._-]{2,63}$/, 'lower case letters, digits, . _ -'),
    email: z.email(),
    password: z.string().min(12),
    displayName: z.string().min(1),
    fhirUser: z.string().regex(/^(Patient|RelatedPerson|Practitioner)\/[A-Za-z0-9\-.]{1,64}$/),
    role: z.enum(['patient', 'proxy', 'practitioner', 'administrator']),
    patients: z.array(z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/)),
  }),
);

/** Returns how many accounts were written. Throws with one line a problem. */
export async function importAccounts(storage: Storage, json: unknown): Promise<number> {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  for (const { password, email, ...account } of parsed.data) {
    const known = await storage.findAccountByLogin(account.username);
    const same = known !== undefined && (await verifyPassword(password, known.passwordHash));
    await storage.saveAccount({
      ...account,
      id: known?.id ?? randomUUID(),
      email: email.toLowerCase(),
      passwordHash: same ? known.passwordHash : await hashPassword(password),
    });
  }
  return parsed.data.length;
}
