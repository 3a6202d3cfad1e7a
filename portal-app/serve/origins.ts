/** Whom the page may speak to: the FHIR server, and the servers that it names for signing in. */
import type { ServeConfig } from './config.ts';

const FRESH_MS = 600_000;
const AGAIN_MS = 5000;
const TIMEOUT_MS = 5000;
const ENDPOINTS = ['token_endpoint', 'revocation_endpoint', 'user_access_brand_bundle'] as const;

/** The clinic's own authorization server is configured; another FHIR server is asked for its SMART configuration, now and then, and waited for the first time. */
export function createOrigins({ FHIR_BASE_URL, AUTH_ISSUER }: ServeConfig): () => Promise<readonly string[]> {
  const fhir = new URL(FHIR_BASE_URL).origin;
  if (AUTH_ISSUER !== undefined) {
    const own = [...new Set([fhir, new URL(AUTH_ISSUER).origin])];
    return async () => own;
  }
  let known: readonly string[] | undefined;
  let nextAt = 0;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    nextAt = Date.now() + AGAIN_MS;
    const response = await fetch(`${FHIR_BASE_URL}/.well-known/smart-configuration`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: 'application/json' },
    });
    if (!response.ok) return;
    const found = (await response.json()) as Readonly<Record<string, unknown>>;
    known = [...new Set([fhir, ...ENDPOINTS.flatMap((name) => originOf(found[name]))])];
    nextAt = Date.now() + FRESH_MS;
  }

  return async () => {
    if (Date.now() >= nextAt)
      asking ??= ask()
        .catch(() => undefined)
        .finally(() => {
          asking = undefined;
        });
    if (!known) await asking;
    return known ?? [fhir];
  };
}

/** Of an http or https address, and of nothing else: it becomes part of a policy. */
function originOf(address: unknown): string[] {
  try {
    const { protocol, origin } = new URL(String(address));
    return protocol === 'https:' || protocol === 'http:' ? [origin] : [];
  } catch {
    return [];
  }
}
