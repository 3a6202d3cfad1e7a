/** What the three servers' configurations have in common: how the environment is read, told of, and which settings are the same for each. */
import type { AnchorPlace } from './audit-anchor.ts';
import type { TlsFiles } from './tls-files.ts';

export class ConfigError extends Error {}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A schema of zod, which each server names for itself. */
interface Schema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
}

/** An empty variable is none. Throws ConfigError with all problems at once, a line each; values are not repeated: some are secrets. */
export function readEnvironment<T>(schema: Schema<T>, environment: Environment): T {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('\n'),
  );
}

export interface TlsSettings {
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
}

/** `addresses`: the variables under which others know the server. */
export function tlsProblems(
  { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }: TlsSettings,
  addresses: Readonly<Record<string, string>>,
): string[] {
  if (certFile === undefined && keyFile === undefined) return [];
  if (certFile === undefined || keyFile === undefined)
    return ['TLS_CERT_FILE, TLS_KEY_FILE: one needs the other'];
  return Object.entries(addresses)
    .filter(([, url]) => !url.startsWith('https:'))
    .map(([name]) => `${name}: must be https where TLS_CERT_FILE is set`);
}

/** undefined: plain http, behind a proxy or on this machine. */
export function tlsFilesOf({ TLS_CERT_FILE, TLS_KEY_FILE }: TlsSettings): TlsFiles | undefined {
  return TLS_CERT_FILE && TLS_KEY_FILE ? { certFile: TLS_CERT_FILE, keyFile: TLS_KEY_FILE } : undefined;
}

export interface AnchorSettings {
  readonly AUDIT_ANCHOR_URL?: string | undefined;
  readonly AUDIT_ANCHOR_TOKEN?: string | undefined;
  readonly AUDIT_ANCHOR_FILE?: string | undefined;
}

/** Where the ends of the audit log are sent. */
export const anchorPlace = (config: AnchorSettings): AnchorPlace => ({
  url: config.AUDIT_ANCHOR_URL,
  token: config.AUDIT_ANCHOR_TOKEN,
  file: config.AUDIT_ANCHOR_FILE,
});
