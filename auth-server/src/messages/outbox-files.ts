/** Notices that the FHIR server put into a folder, where there is no mail server (fhir-server/src/jobs/notices/outbox-senders.ts). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SentMessage } from './delivery.ts';

export function listFiles(folder: string | undefined): readonly SentMessage[] {
  if (folder === undefined) return [];
  return namesIn(folder).flatMap((name) => read(join(folder, name)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    // It is made with the first notice.
    return [];
  }
}

/** One that goes while it is read is over. */
function read(file: string): SentMessage[] {
  try {
    return [JSON.parse(readFileSync(file, 'utf8')) as SentMessage];
  } catch {
    return [];
  }
}
