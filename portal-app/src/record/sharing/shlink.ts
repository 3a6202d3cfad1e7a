/**
 * A SMART Health Link: what it holds, and the file behind it, sealed by the person's own browser (SMART Health Cards and Links 1.0: JWE, `dir`, A256GCM).
 * The key is in the part of the address that no browser sends; the server has the sealed file only.
 */
import { base64url, CompactEncrypt, compactDecrypt } from 'jose';

export interface SharedLink {
  /** Of the manifest. */
  readonly url: string;
  /** 32 bytes, base64url. */
  readonly key: string;
  readonly label?: string;
  /** Seconds since the epoch. */
  readonly exp?: number;
  /** `P`: a passcode is asked for. */
  readonly flag?: string;
  readonly v?: number;
}

const KEY_BYTES = 32;
const PREFIX = 'shlink:/';

export const newKey = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));

export function seal(text: string, key: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'application/fhir+json' })
    .encrypt(base64url.decode(key));
}

/** Rejects where it was changed, or the key is another. */
export async function unseal(sealed: string, key: string): Promise<string> {
  const { plaintext } = await compactDecrypt(sealed, base64url.decode(key), {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return new TextDecoder().decode(plaintext);
}

/** With this portal as the viewer. */
export const addressOf = (link: SharedLink, origin: string): string =>
  `${origin}/shared#${PREFIX}${base64url.encode(JSON.stringify(link))}`;

/** undefined: it is no such link. `base`: the FHIR server whose links this portal opens; an address elsewhere is never asked. */
export function linkOf(fragment: string, base: string): SharedLink | undefined {
  const at = fragment.indexOf(PREFIX);
  if (at < 0) return undefined;
  try {
    const link = JSON.parse(
      new TextDecoder().decode(base64url.decode(fragment.slice(at + PREFIX.length))),
    ) as SharedLink;
    return typeof link.key === 'string' && link.url?.startsWith(`${base}/shared/`) ? link : undefined;
  } catch {
    return undefined;
  }
}
