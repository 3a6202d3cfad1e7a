/**
 * The ends of audit logs, sent to where whoever can write the database can not: one line of JSON each, to an address (POST, `application/json`; GET gives
 * all lines back) or to the end of a file, on another machine's disk or one that can only be added to.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
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
        if (place.file !== undefined)
          appendFileSync(place.file, `${JSON.stringify(line)}\n`, { mode: PRIVATE });
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
  const texts: string[] = [];
  if (file !== undefined && existsSync(file)) texts.push(readFileSync(file, 'utf8'));
  if (url !== undefined) {
    const response = await fetch(url, {
      headers: bearer(token),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new Error(`AUDIT_ANCHOR_URL can't be asked: ${(error as Error).message}`);
    });
    if (!response.ok) throw new Error(`AUDIT_ANCHOR_URL answered ${response.status}`);
    texts.push(await response.text());
  }
  return texts
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => (line.trim() === '' ? [] : (JSON.parse(line) as AnchoredHead)))
    .filter((each) => each.log === log);
}
