/** Apps and services: first-party ones from a file, the others from the storage, where registration and an administrator put them (RFC 7591). */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { ClientMetadata } from 'oidc-provider';
import type { Config } from '../config.ts';
import { covers, readClinicalScope, scopeWords } from '../smart/scope.ts';
import type { Account, Artifact, Storage } from '../storage/storage.ts';

/** Members beyond RFC 7591. Registration sets some by its policy; nobody sets them by asking. */
export const OWN_MEMBERS = [
  'smart_scope',
  'trusted',
  'introspect',
  'may_launch',
  'status',
  'allowed_origins',
  'launch_url',
  'meant_for',
] as const;

export interface OwnMembers {
  /** SMART scopes the client may ask for; absent = any that a person may grant. */
  readonly smart_scope?: string;
  /** First party: consent is remembered. */
  readonly trusted?: boolean;
  /** May introspect tokens of other clients: the FHIR server. */
  readonly introspect?: boolean;
  /** May ask for EHR launches: an EHR. */
  readonly may_launch?: boolean;
  /**
   * Of an app that registered itself: nobody has looked at it (`unreviewed`), it waits for somebody to (`pending`), or an administrator did.
   * Until then it may have patients' own data only.
   */
  readonly status?: 'unreviewed' | 'pending' | 'approved';
  /** Origins beside those of its redirect addresses that may call from a browser. */
  readonly allowed_origins?: readonly string[];
  /** Where an EHR launch begins (SMART App Launch 2.2, "EHR Launch"). */
  readonly launch_url?: string;
  /** Whose app it is; anybody else is shown to their own. Absent: everybody's. */
  readonly meant_for?: 'patients' | 'staff';
}

/** The account pages sign people in as any app does. */
export const ACCOUNT_CLIENT = 'account';

export function loadClients(config: Config): ClientMetadata[] {
  const file = config.clientsFile;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`AUTH_CLIENTS_FILE: ${file} can't be read (npm start makes it).`);
  }
  const clients: unknown = JSON.parse(text);
  if (!Array.isArray(clients)) throw new Error('AUTH_CLIENTS_FILE: an array of clients was expected.');
  return [...(clients as ClientMetadata[]), accountClient(config)];
}

function accountClient({ origin }: Config): ClientMetadata {
  return {
    client_id: ACCOUNT_CLIENT,
    client_name: 'your account',
    redirect_uris: [`${origin}/account/callback`],
    post_logout_redirect_uris: [`${origin}/account`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
    trusted: true,
  };
}

/** Those of the file are the administrator's own. */
export const isReviewed = ({ status }: OwnMembers): boolean => status === undefined || status === 'approved';

/** May this client be given this scope at all? What a person then allows is another matter. */
export function mayHave(client: OwnMembers, scope: string): boolean {
  const clinical = readClinicalScope(scope);
  if (!clinical) return true;
  if (!isReviewed(client) && clinical.level !== 'patient') return false;
  if (client.smart_scope === undefined) return clinical.level !== 'system';
  return scopeWords(client.smart_scope).some((wide) => covers(wide, scope));
}

/** Does an app of the clinic's take whoever has this role? */
export const isMeantFor = ({ meant_for: whom }: OwnMembers, { role }: Pick<Account, 'role'>): boolean =>
  whom === undefined || (whom === 'staff') === (role === 'practitioner');

const MODEL = 'Client';

export interface StoredClient extends OwnMembers {
  readonly client_id: string;
  readonly client_name?: string;
  readonly client_uri?: string;
  readonly policy_uri?: string;
  readonly contacts?: readonly string[];
  readonly redirect_uris?: readonly string[];
  readonly grant_types?: readonly string[];
  readonly token_endpoint_auth_method?: string;
  readonly client_secret?: string;
  readonly disabled?: boolean;
  readonly client_id_issued_at?: number;
}

export async function listStoredClients(storage: Storage): Promise<readonly StoredClient[]> {
  return (await storage.listArtifacts(MODEL)).map(toClient);
}

export async function findStoredClient(storage: Storage, id: string): Promise<StoredClient | undefined> {
  const found = await storage.findArtifact(MODEL, id);
  return found && toClient(found);
}

/** Replaces the members given; a member that is undefined goes. Returns false when there is no such client, or `isMeant` says that it is not the one. */
export async function changeStoredClient(
  storage: Storage,
  id: string,
  members: Partial<StoredClient>,
  isMeant: (client: StoredClient) => boolean = () => true,
): Promise<boolean> {
  let isDone = false;
  await storage.changeArtifact(MODEL, id, (found) => {
    isDone = isMeant(toClient(found));
    return isDone ? { ...found, payload: { ...found.payload, ...members } } : undefined;
  });
  return isDone;
}

/** Who the app is, and what it may have. What an administrator approved is approved as it was then. */
export const IDENTITY = [
  'client_name',
  'client_uri',
  'redirect_uris',
  'launch_url',
  'jwks',
  'jwks_uri',
  'token_endpoint_auth_method',
  'grant_types',
  'smart_scope',
] as const;

/**
 * What an app has said of itself is written over what it said before. What only an administrator gives survives where it is the same app still; that it may do nothing
 * survives always.
 */
export async function saveClient(storage: Storage, artifact: Artifact): Promise<void> {
  const isUpdate = await storage.changeArtifact(MODEL, artifact.id, ({ payload: before }) => {
    const { disabled, status, may_launch, introspect } = before;
    const isSame = IDENTITY.every((name) => isDeepStrictEqual(before[name], artifact.payload[name]));
    const kept = isSame ? { disabled, status, may_launch, introspect } : { disabled };
    return { ...artifact, payload: { ...artifact.payload, ...kept } };
  });
  if (!isUpdate) await storage.saveArtifact(artifact);
}

const toClient = ({ payload }: Artifact): StoredClient => payload as unknown as StoredClient;
