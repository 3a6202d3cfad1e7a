/**
 * What is typed in the last moment before a page goes away. WebCrypto answers only later, and then nobody is there: so what it takes to seal is made beforehand. What AES-GCM makes of zeros
 * is its key stream (NIST SP 800-38D, 6.5), and text combined with it is the text sealed; it is used once. localStorage is written at once; the vault takes it over with the
 * next page (kept-drafts.ts). Unlike in the vault, what was changed there by others is not noticed.
 */
import { type Draft, KEEP_MS, LAST_WORDS, lastWordsKept } from './draft.ts';
import { IV_OCTETS, seal } from './vault.ts';

export interface Unsaved {
  readonly owner: string;
  readonly drafts: ReadonlyMap<string, Draft>;
}

interface Pad {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly stream: Uint8Array;
}

/** As much as is kept so; the newest first. */
const MOST_OCTETS = 65_536;

let pad: Pad | undefined;
let isWatching = false;

/** `unsaved`: what the vault does not have yet, if anything. */
export function watchLeaving(unsaved: () => Unsaved | undefined): void {
  if (isWatching) return;
  isWatching = true;
  void makeReady();
  addEventListener('pagehide', () => keepLastWords(unsaved()));
}

/** Never rejects. */
export async function makeReady(): Promise<void> {
  pad ??= await padOf(MOST_OCTETS).catch(() => undefined);
}

async function padOf(octets: number, iv?: Uint8Array<ArrayBuffer>): Promise<Pad> {
  const made = await seal(new Uint8Array(octets), iv);
  return { iv: made.iv, stream: new Uint8Array(made.sealed, 0, octets) };
}

function keepLastWords(unsaved: Unsaved | undefined): void {
  if (!unsaved || !pad || unsaved.drafts.size === 0) return;
  const { iv, stream } = pad;
  pad = undefined;
  const name = `${LAST_WORDS}${Date.now()}.${textOf(iv)}`;
  try {
    localStorage.setItem(name, textOf(combined(fitting(unsaved), stream)));
  } catch {
    // It is full, or closed to pages: what was typed in this moment is typed again.
  }
}

function fitting({ owner, drafts }: Unsaved): Uint8Array {
  const newest = [...drafts].toSorted(([, one], [, other]) => other.at - one.at);
  for (;;) {
    const octets = new TextEncoder().encode(JSON.stringify([owner, newest]));
    if (octets.length <= MOST_OCTETS) return octets;
    newest.pop();
  }
}

/** Those of one person in one record; `forget` is called when the vault has them. What is older than drafts are kept is removed, whoever's it was. */
export async function lastWordsOf(
  owner: string,
  now = Date.now(),
): Promise<{ readonly drafts: readonly [string, Draft][]; forget(): void }> {
  const drafts: [string, Draft][] = [];
  const over: string[] = [];
  for (const name of lastWordsKept()) {
    const [at = '', iv = ''] = name.slice(LAST_WORDS.length).split('.');
    const opened = now - Number(at) < KEEP_MS ? await open(iv, localStorage.getItem(name) ?? '') : undefined;
    if (opened && opened[0] !== owner) continue;
    over.push(name);
    drafts.push(...(opened?.[1] ?? []));
  }
  const forget = (): void => {
    for (const name of over) localStorage.removeItem(name);
  };
  return { drafts, forget };
}

/** undefined: it is of a key that is no more. */
async function open(iv: string, sealed: string): Promise<[string, [string, Draft][]] | undefined> {
  try {
    const octets = octetsOf(sealed);
    const { stream } = await padOf(octets.length, octetsOf(iv, IV_OCTETS));
    return JSON.parse(new TextDecoder().decode(combined(octets, stream)));
  } catch {
    return undefined;
  }
}

const combined = (octets: Uint8Array, stream: Uint8Array): Uint8Array =>
  octets.map((octet, i) => octet ^ (stream[i] ?? 0));
const textOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
const octetsOf = (text: string, most = MOST_OCTETS): Uint8Array<ArrayBuffer> =>
  Uint8Array.from((text.match(/../g) ?? []).slice(0, most), (pair) => Number.parseInt(pair, 16));
