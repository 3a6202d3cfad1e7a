/**
 * Where there is no mail server: notices as files of a folder, that the outbox page of developers (auth-server, `/developers/outbox`) shows. A file is
 * JSON of `{ channel, to, subject, text, at }`; those of a day ago are removed.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outgoing, Senders } from './senders.ts';

const LIFE_MS = 86_400_000;

export function createOutboxSenders(folder: string, now: () => number): Senders {
  const keep =
    (channel: 'email' | 'sms') =>
    async ({ to, subject, text }: Outgoing): Promise<void> => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const name of await readdir(folder))
        if (Number(name.split('-')[0]) < now() - LIFE_MS) await rm(join(folder, name), { force: true });
      const at = now();
      const file = join(folder, `${at}-${randomUUID()}.json`);
      await writeFile(`${file}.new`, JSON.stringify({ channel, to, subject, text, at }), { mode: 0o600 });
      await rename(`${file}.new`, file);
    };
  return { email: keep('email'), sms: keep('sms') };
}
