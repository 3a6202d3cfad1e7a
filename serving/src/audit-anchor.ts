/**
 * The ends of audit logs, sent to where whoever can write the database can not: one line of JSON each, to an address (POST, `application/json`; GET gives
 * all lines back) or to the end of a file, on another machine's disk or one that can only be added to.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { Head } from './hash-chain.ts';

export interface AnchorPlace {
  readonly url?: string | undefined;
  /** Bearer token for the address. */
  readonly token?: string | undefined;
  readonly file?: string | undefined;
}

export interface Anchor {
  /** Sends the ends of the log now, where they are others than the last time; what can't be sent is told, and is tried again the next time. */
  send(): Promise<void>;
  start(everyMs: number): void;
  /** The last end is sent. */
  stop(): Promise<void>;
}

interface AnchoredHead extends Head {
  /** Which log: `fhir-server`, `auth-server`. */
  readonly log: string;
  /** ISO 8601. */
  readonly at: string;
}

const TIMEOUT_MS = 5000;
const PRIVATE = 0o600;

export function createAnchor(
  place: AnchorPlace,
  log: string,
  heads: () => readonly Head[],
  onFault: (error: Error) => void,
): Anchor {
  const sent = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  async function send(): Promise<void> {
    for (const { stream, n, hash } of heads()) {
      if (sent.get(stream) === hash) continue;
      const line: AnchoredHead = { log, stream, n, hash, at: new Date().toISOString() };
      try {
        if (place.file !== undefined) append(place.file, JSON.stringify(line));
        if (place.url !== undefined) await post(place.url, place.token, line);
        sent.set(stream, hash);
      } catch (error) {
        onFault(error as Error);
      }
    }
  }
  return {
    send,
    start(everyMs) {
      if (place.url === undefined && place.file === undefined) return;
      timer = setInterval(() => void send(), everyMs).unref();
    },
    async stop() {
      clearInterval(timer);
      await send();
    },
  };
}

/** On a line of its own, after half of one too that was cut off (a full disk, a power cut). */
function append(file: string, line: string): void {
  const opened = openSync(file, 'a+', PRIVATE);
  try {
    const { size } = fstatSync(opened);
    const last = Buffer.alloc(1, '\n');
    if (size > 0) readSync(opened, last, 0, 1, size - 1);
    writeSync(opened, `${last.toString() === '\n' ? '' : '\n'}${line}\n`);
  } finally {
    closeSync(opened);
  }
}

async function post(url: string, token: string | undefined, line: AnchoredHead): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...bearer(token) },
    body: JSON.stringify(line),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`AUDIT_ANCHOR_URL answered ${response.status}`);
}

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };

/** The ends of one log that were sent. Throws with one clear line when they can't be had: without them a cut-off end would pass. */
export async function readAnchors({ url, token, file }: AnchorPlace, log: string): Promise<readonly Head[]> {
  const places: (readonly [name: string, text: string])[] = [];
  if (file !== undefined) places.push(['AUDIT_ANCHOR_FILE', textOf(file)]);
  if (url !== undefined) {
    const response = await fetch(url, {
      headers: bearer(token),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new Error(`AUDIT_ANCHOR_URL can't be asked: ${(error as Error).message}`);
    });
    if (!response.ok) throw new Error(`AUDIT_ANCHOR_URL answered ${response.status}`);
    places.push(['AUDIT_ANCHOR_URL', await response.text()]);
  }
  return places.flatMap(([name, text]) => headsIn(name, text)).filter((each) => each.log === log);
}

/** A place that is not there (a disk that is not mounted, a file that was taken away) is no empty one. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`AUDIT_ANCHOR_FILE can't be read: ${(error as Error).message}`);
  }
}

/** What is no end (half of a line, another's words) would hide one: it is told, by its line. */
function headsIn(name: string, text: string): AnchoredHead[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const head = headIn(line);
    if (!head) throw new Error(`${name}: line ${at + 1} is no end of a log.`);
    return [head];
  });
}

function headIn(line: string): AnchoredHead | undefined {
  try {
    const { log, stream, n, hash, at } = JSON.parse(line) as Partial<Record<keyof AnchoredHead, unknown>>;
    const isHead = [log, stream, hash].every((each) => typeof each === 'string') && typeof n === 'number';
    return isHead ? ({ log, stream, n, hash, at } as AnchoredHead) : undefined;
  } catch {
    return undefined;
  }
}
