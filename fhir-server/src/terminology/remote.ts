/**
 * Another terminology server (TERMINOLOGY_URL), asked for what is not known here. It gets codes, and URLs and versions of code systems, value sets and maps, and the text of
 * an `$expand` filter: nothing of a resource. What it answers is kept for a while; one that does not answer in time is left alone for a while.
 */

export type Json = Readonly<Record<string, unknown>>;
export type Query = Readonly<Record<string, string | undefined>>;

export interface RemoteOptions {
  /** FHIR base URL, by configuration: no other address is ever asked. */
  readonly url: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
  readonly cacheSeconds: number;
  readonly now: () => number;
}

export interface RemoteTerminology {
  /** `ValueSet/$expand` and the like. undefined: it does not know what was asked about. Throws RemoteAway. */
  ask(operation: string, query: Query): Promise<Json | undefined>;
}

/** It does not answer, or not in time. */
export class RemoteAway extends Error {
  constructor(cause?: unknown) {
    super('the terminology server does not answer', { cause });
  }
}

const MAX_BYTES = 8_000_000;
/** Characters of answers that are kept. */
const MOST_KEPT = 16_000_000;
/** So many failures in a row, and it is left alone for so long, in milliseconds. */
const FAILURES = 3;
const PAUSE_MS = 15_000;
/** It was asked about something that it does not know, or can't do. */
const UNKNOWN: ReadonlySet<number> = new Set([400, 404, 410, 413, 422, 501]);

interface Kept {
  readonly answer: Json | undefined;
  readonly until: number;
  readonly size: number;
}

export function createRemote({ url, token, timeoutMs, cacheSeconds, now }: RemoteOptions): RemoteTerminology {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<Json | undefined>>();
  let size = 0;
  let failures = 0;
  let pausedUntil = 0;

  function keep(key: string, answer: Json | undefined, length: number): void {
    const entry = { answer, until: now() + 1000 * cacheSeconds, size: length + key.length };
    size += entry.size - (kept.get(key)?.size ?? 0);
    kept.delete(key);
    kept.set(key, entry);
    for (const [oldest, each] of kept) {
      if (size <= MOST_KEPT) break;
      kept.delete(oldest);
      size -= each.size;
    }
  }

  async function fetchAnswer(key: string): Promise<Json | undefined> {
    if (pausedUntil > now()) throw new RemoteAway();
    try {
      const { text, isKnown } = await get(key);
      const answer = isKnown ? (JSON.parse(text) as Json) : undefined;
      failures = 0;
      keep(key, answer, text.length);
      return answer;
    } catch (error) {
      failures += 1;
      if (failures >= FAILURES) pausedUntil = now() + PAUSE_MS;
      throw new RemoteAway(error);
    }
  }

  async function get(key: string): Promise<{ readonly text: string; readonly isKnown: boolean }> {
    const response = await fetch(`${url}/${key}`, {
      headers: {
        Accept: 'application/fhir+json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      // It is asked where the administrator said, and nowhere that an answer leads to.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (UNKNOWN.has(response.status)) {
      await response.body?.cancel();
      return { text: '', isKnown: false };
    }
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return { text: await limited(response), isKnown: true };
  }

  return {
    async ask(operation, query) {
      const given = Object.entries(query).filter((each): each is [string, string] => each[1] !== undefined);
      const key = `${operation}?${new URLSearchParams(given)}`;
      const known = kept.get(key);
      if (known && known.until > now()) return known.answer;
      const running = underWay.get(key) ?? fetchAnswer(key).finally(() => underWay.delete(key));
      underWay.set(key, running);
      return running;
    },
  };
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error('it answered more than is read');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
