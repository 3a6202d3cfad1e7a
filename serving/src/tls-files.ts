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
  let current = readContext(files);
  let seen = textOf(current);
  let take: (context: SecureContextOptions) => void = () => undefined;
  let told = '';
  const tell = (error: Error): void => {
    // One of the two is there before the other: what fits by the next look is taken then.
    if (error.message !== told) onFault(error);
    told = error.message;
  };
  const timer = setInterval(() => {
    try {
      const text = textOf(readPair(files));
      if (text === seen) return tellEnd(current, tell);
      seen = text;
      current = readContext(files);
      take(current);
      told = '';
    } catch (error) {
      tell(error as Error);
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
const endOf = ({ cert }: SecureContextOptions): number =>
  Date.parse(new X509Certificate(cert as Buffer).validTo);

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Browsers that were told to keep to TLS (HSTS) let nobody past one that has run out. */
function tellEnd(context: SecureContextOptions, tell: (error: Error) => void): void {
  const end = endOf(context);
  if (end - Date.now() < SOON_MS)
    tell(new Error(`TLS_CERT_FILE: ${end > Date.now() ? 'runs' : 'ran'} out on ${dayOf(end)}; renew it.`));
}

function readContext(files: TlsFiles): SecureContextOptions {
  try {
    const context: SecureContextOptions = { ...readPair(files), minVersion: 'TLSv1.2' };
    // Says at once when the two do not belong together.
    createSecureContext(context);
    if (endOf(context) <= Date.now()) throw new Error(`it ran out on ${dayOf(endOf(context))}`);
    return context;
  } catch (error) {
    throw new Error(`TLS_CERT_FILE, TLS_KEY_FILE: can not be used (${(error as Error).message}).`);
  }
}
