/** The clinic's side of a test: its systems over the API, and its desk by the command line. */
import { execFile } from 'node:child_process';
import type { World } from './world.ts';

export interface Clinic {
  /** A request of the clinic's own system, which may everything. */
  system(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** `npm run ehr -- …`: what it prints. */
  desk(...args: string[]): Promise<string>;
  /** The id of what waits with these words; '' when nothing does. */
  waiting(words: string): Promise<string>;
}

export function clinicOf(world: () => World): Clinic {
  function desk(...args: string[]): Promise<string> {
    const env = { ...process.env, DATA_DIR: world().dataDir, FHIR_BASE_URL: world().fhir };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, ['seed/src/ehr/main.ts', ...args], { env }, (error, out, problem) =>
        error ? reject(new Error(problem)) : resolve(out),
      );
    });
  }
  return {
    desk,
    async system(method, path, body) {
      const response = await fetch(`${world().fhir}/${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${await world().systemToken()}`,
          'Content-Type': 'application/fhir+json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Record<string, unknown>;
    },
    async waiting(words) {
      const lines = (await desk('list')).split('\n');
      const at = lines.findIndex((line) => line.includes(words));
      return lines[at - 1]?.trim().split(/\s+/).at(-1) ?? '';
    },
  };
}
