/** A row of the table, and what several of them need. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { clinicBundles } from '../../seed/src/clinic/bundles.ts';
import { demoClinic } from '../../seed/src/clinic/demo-clinic.ts';
import { authorization } from './servers.ts';

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is held against in the same run. */
  readonly against: string;
  readonly goal: string;
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en');
export const percent = (part: number, of: number): string => `${Math.round((100 * part) / of)} %`;

export async function send(base: string, body: string): Promise<void> {
  const response = await fetch(base, { method: 'POST', headers: authorization, body });
  if (!response.ok) throw new Error(`${response.status} ${(await response.text()).slice(0, 500)}`);
  await response.arrayBuffer();
}

const SYNTHEA = join(import.meta.dirname, '../../../shared/data/synthea/blaze-2021');

export interface Records {
  readonly name: string;
  /** Transaction Bundles, in the order in which they refer to each other. */
  readonly texts: readonly string[];
  /** How many of these the others refer to. */
  readonly first: number;
  readonly resources: number;
}

/** Synthea's hospitals, and who works there. */
const DIRECTORY = 2;

/** Synthea's records where they are at hand, else the demonstration clinic. */
export function synthea(records: number): Records {
  const files = listOf(SYNTHEA);
  const texts =
    files.length > 0
      ? files.slice(0, DIRECTORY + records).map((file) => gunzipSync(readFileSync(file)).toString('utf8'))
      : clinicBundles(demoClinic({ today: '2026-11-24' })).map(({ bundle }) => JSON.stringify(bundle));
  const counts = texts.map((text) => (JSON.parse(text) as { entry: unknown[] }).entry.length);
  return {
    name: files.length > 0 ? 'Synthea' : 'demonstration clinic',
    texts,
    first: files.length > 0 ? DIRECTORY : texts.length,
    resources: counts.reduce((sum, count) => sum + count, 0),
  };
}

function listOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json.gz'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
