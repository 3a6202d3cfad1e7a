/** Clients that write, and remember what was acknowledged to them. */
import { authorization } from '../bench/servers.ts';
import { wholeOrNothing } from './bundle.ts';

/** What one life of a server was asked for. */
export interface Ledger {
  /** Names of Bundles that were sent; those that were acknowledged. */
  readonly sent: ReadonlySet<string>;
  readonly acknowledged: ReadonlySet<string>;
  /** Ids of resources that were updated, with the last version that was acknowledged. */
  readonly versions: ReadonlyMap<string, number>;
}

const CLIENTS = 8;
const OBSERVATIONS = 5;
const UPDATED = 5;
/** Half a second apart. */
const QUESTIONS = 20;

export function createClients(base: string) {
  const everything = new Set<string>();
  const newest = new Map<string, number>();
  let next = 1;

  async function send(method: string, path: string, body: object): Promise<Response | undefined> {
    try {
      const response = await fetch(`${base}/${path}`, {
        method,
        headers: authorization,
        body: JSON.stringify(body),
      });
      await response.arrayBuffer();
      return response.ok ? response : undefined;
    } catch {
      // The connection died with the server: not acknowledged.
      return undefined;
    }
  }

  /** Returns what ends the clients, and gives what they were told. */
  function start(): () => Promise<Ledger> {
    const sent = new Set<string>();
    const acknowledged = new Set<string>();
    const versions = new Map<string, number>();
    let stopped = false;
    const client = async (n: number): Promise<void> => {
      while (!stopped) {
        const name = String(next++);
        sent.add(name);
        if (await send('POST', '', wholeOrNothing('urn:soak', name, OBSERVATIONS))) acknowledged.add(name);
        const id = `soak-${n % UPDATED}`;
        const updated = await send('PUT', `Basic/${id}`, { resourceType: 'Basic', id, code: { text: name } });
        const version = Number(/\d+/.exec(updated?.headers.get('etag') ?? '')?.[0] ?? 0);
        if (version > (versions.get(id) ?? 0)) versions.set(id, version);
      }
    };
    const running = Array.from({ length: CLIENTS }, (_, n) => client(n));
    return async () => {
      stopped = true;
      await Promise.all(running);
      for (const name of acknowledged) everything.add(name);
      for (const [id, version] of versions) newest.set(id, version);
      return { sent, acknowledged, versions };
    };
  }

  /** A server that is just up may say that it can't answer now: that is no word of what it holds, and is asked again. */
  async function ask(path: string): Promise<{ total?: number; meta?: { versionId: string } }> {
    for (let left = QUESTIONS; ; left -= 1) {
      const response = await fetch(`${base}/${path}`, { headers: authorization });
      if (response.ok || response.status === 404)
        return (await response.json()) as { total?: number; meta?: { versionId: string } };
      if (left === 1) throw new Error(`${path.split('?')[0]}: ${response.status} ${await response.text()}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async function count(name: string): Promise<{ patients: number; observations: number }> {
    const exact = '_total=accurate&_count=0';
    const patients = await ask(`Patient?identifier=urn:soak|${name}&${exact}`);
    const codes = Array.from({ length: OBSERVATIONS }, (_, n) => `urn:soak|${name}-${n}`).join(',');
    const observations = await ask(`Observation?identifier=${codes}&${exact}`);
    return { patients: patients.total ?? -1, observations: observations.total ?? -1 };
  }

  async function bundleFaults(
    names: Iterable<string>,
    isAcknowledged: (name: string) => boolean,
  ): Promise<string[]> {
    const faults: string[] = [];
    const left = [...names];
    const lookOn = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const { patients, observations } = await count(name);
        const isWhole = patients === 1 && observations === OBSERVATIONS;
        const isNothing = patients === 0 && observations === 0;
        if (isWhole || (isNothing && !isAcknowledged(name))) continue;
        faults.push(
          `Bundle ${name}${isAcknowledged(name) ? ', acknowledged' : ''}: ${patients} of 1, ${observations} of ${OBSERVATIONS}`,
        );
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, lookOn));
    return faults;
  }

  async function versionFaults(versions: ReadonlyMap<string, number>): Promise<string[]> {
    const faults: string[] = [];
    for (const [id, version] of versions) {
      const found = Number((await ask(`Basic/${id}`)).meta?.versionId ?? 0);
      if (found < version) faults.push(`Basic/${id}: version ${version} was acknowledged, ${found} is there`);
    }
    return faults;
  }

  return {
    start,
    acknowledged: () => everything.size,
    /** What is wrong with what one life was asked for. */
    check: async ({ sent, acknowledged, versions }: Ledger): Promise<string[]> => [
      ...(await bundleFaults(sent, (name) => acknowledged.has(name))),
      ...(await versionFaults(versions)),
    ],
    /** What is wrong now with what was ever acknowledged. */
    checkAll: async (): Promise<string[]> => [
      ...(await bundleFaults(everything, () => true)),
      ...(await versionFaults(newest)),
    ],
  };
}
