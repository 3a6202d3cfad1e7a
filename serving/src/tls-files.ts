/** A certificate and its key, as files that somebody else renews (certbot, a sidecar): looked at again and again, taken over without a restart. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

export interface TlsFiles {
  /** PEM, with the intermediate certificates. */
  readonly certFile: string;
  /** PEM, without a passphrase. */
  readonly keyFile: string;
}

export interface WatchedTls {
  context(): SecureContextOptions;
  onRenewed(take: (context: SecureContextOptions) => void): void;
  close(): void;
}

/** By polling: files on network disks and in mounted secrets (symbolic links that change) tell no watcher. */
const LOOK_MS = 5000;
/** Who renews by themselves does it a month before. */
const SOON_MS = 7 * 86_400_000;

/** Throws with one clear line when they can't be used now; later such files are told to `onFault`, once each time something else is wrong, and that nobody has renewed those in use. */
export function watchTlsFiles(
  files: TlsFiles,
  onFault: (error: Error) => void,
  everyMs = LOOK_MS,
): WatchedTls {
  let current = contextOf(files, readPair);
  let take: (context: SecureContextOptions) => void = () => undefined;
  let told = '';
  const tell = (message: string): void => {
    // One of the two is there before the other: what fits by the next look is taken then.
    if (message !== told && message !== '') onFault(new Error(message));
    told = message;
  };
  const look = (): void => {
    const found = readPair(files);
    if (textOf(found) === textOf(current)) {
      tell(lifeOf(current));
      return;
    }
    // Looked at anew each time: what can not be used yet may be so later, with nothing of it written again.
    const next = contextOf(files, () => found);
    const begins = timesOf(next).begins;
    if (begins > Date.now()) throw unusable(`it holds from ${new Date(begins).toISOString()} on`);
    take(next);
    current = next;
    tell('');
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      tell((error as Error).message);
    }
  }, everyMs).unref();
  return {
    context: () => current,
    onRenewed: (taker) => {
      take = taker;
    },
    close: () => clearInterval(timer),
  };
}

const readPair = ({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer } => ({
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
});

const textOf = ({ cert, key }: SecureContextOptions): string => `${String(cert)}\n${String(key)}`;

/** Of the first certificate, which is the server's own. */
function timesOf({ cert }: SecureContextOptions): { begins: number; ends: number } {
  const { validFrom, validTo } = new X509Certificate(cert as Buffer);
  return { begins: Date.parse(validFrom), ends: Date.parse(validTo) };
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** What there is to say of the one in use; '': nothing. Browsers that were told to keep to TLS (HSTS) let nobody past one that does not hold. */
function lifeOf(context: SecureContextOptions): string {
  const { begins, ends } = timesOf(context);
  if (begins > Date.now())
    return `TLS_CERT_FILE: holds from ${new Date(begins).toISOString()} on, not before.`;
  if (ends - Date.now() >= SOON_MS) return '';
  return `TLS_CERT_FILE: ${ends > Date.now() ? 'runs' : 'ran'} out on ${dayOf(ends)}; renew it.`;
}

const unusable = (why: string): Error => new Error(`TLS_CERT_FILE, TLS_KEY_FILE: can not be used (${why}).`);

function contextOf(
  files: TlsFiles,
  read: (files: TlsFiles) => { cert: Buffer; key: Buffer },
): SecureContextOptions {
  try {
    const context: SecureContextOptions = { ...read(files), minVersion: 'TLSv1.2' };
    // Says at once when the two do not belong together.
    createSecureContext(context);
    const { ends } = timesOf(context);
    if (ends <= Date.now()) throw new Error(`it ran out on ${dayOf(ends)}`);
    return context;
  } catch (error) {
    throw unusable((error as Error).message);
  }
}
