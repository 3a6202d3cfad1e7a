/** First-party clients from a file: RFC 7591 metadata with this server's own members (docs/ARCHITECTURE.md). */
import { readFileSync } from 'node:fs';
import type { ClientMetadata } from 'oidc-provider';

/** Members beyond RFC 7591. Only the file and an administrator set them; registration can't. */
export const OWN_MEMBERS = ['smart_scope', 'trusted', 'introspect'] as const;

export interface OwnMembers {
  /** SMART scopes the client may ask for; absent = any that a person may grant. */
  readonly smart_scope?: string;
  /** First party: consent is remembered. */
  readonly trusted?: boolean;
  /** May introspect tokens of other clients: the FHIR server. */
  readonly introspect?: boolean;
}

export function loadClients(file: string): ClientMetadata[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`AUTH_CLIENTS_FILE: ${file} can't be read (npm start makes it).`);
  }
  const clients: unknown = JSON.parse(text);
  if (!Array.isArray(clients)) throw new Error('AUTH_CLIENTS_FILE: an array of clients was expected.');
  return clients as ClientMetadata[];
}
