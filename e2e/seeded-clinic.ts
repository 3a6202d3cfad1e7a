/** The demonstration clinic, loaded once in a run: each world that wants it begins with a copy of what the FHIR server kept. Loading it takes a quarter of many a walk. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the folder to the workers, which are started after it is made. */
const FOLDER = 'E2E_SEEDED_CLINIC';
/** What the servers hold, people's accounts too; keys and clients name the addresses of their world. */
const KEPT = /^(?:fhir|audit|auth)[\w-]*\.(?:sqlite|ndjson)$/;

/** Keeps what servers that have ended left in `dataDir`. */
export function keepSeeded(dataDir: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-e2e-clinic-'));
  copy(dataDir, folder);
  process.env[FOLDER] = folder;
}

/** Into the folder of a world whose servers are not started yet. False: there is none, and it is to be loaded. */
export function takeSeeded(dataDir: string): boolean {
  const folder = process.env[FOLDER];
  if (folder === undefined) return false;
  copy(folder, dataDir);
  return true;
}

export function removeSeeded(): void {
  const folder = process.env[FOLDER];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  delete process.env[FOLDER];
}

function copy(from: string, to: string): void {
  for (const name of readdirSync(from).filter((each) => KEPT.test(each)))
    cpSync(join(from, name), join(to, name));
}
