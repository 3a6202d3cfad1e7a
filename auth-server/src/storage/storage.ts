/**
 * The port to the auth-server's own database: what oidc-provider keeps and what this server keeps beside it (artifacts), accounts,
 * counters, the audit log. Two adapters, one contract suite (contract/). All times are milliseconds since the epoch.
 */
import type { ChainReport, Head } from '@wellspring/serving/hash-chain';

/** A record that may expire: a session, a grant, a token, a one-time link … Its payload is its owner's own. */
export interface Artifact {
  readonly model: string;
  /** Already hashed where the id is itself the secret (see provider/adapter.ts and crypto/secrets.ts). */
  readonly id: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grantId: string | undefined;
  readonly uid: string | undefined;
  readonly accountId: string | undefined;
  readonly consumedAt: number | undefined;
  /** undefined = never. */
  readonly expiresAt: number | undefined;
}

/** An artifact with only what it needs; the rest is undefined. */
export function artifact(
  model: string,
  id: string,
  payload: Artifact['payload'],
  more: Partial<Omit<Artifact, 'model' | 'id' | 'payload'>> = {},
): Artifact {
  return {
    model,
    id,
    payload,
    grantId: undefined,
    uid: undefined,
    accountId: undefined,
    consumedAt: undefined,
    expiresAt: undefined,
    ...more,
  };
}

export type Role = 'patient' | 'proxy' | 'practitioner' | 'administrator';

/** A WebAuthn credential. */
export interface Passkey {
  /** base64url, as the browser names it. */
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  /** What the person calls it. */
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt?: number | undefined;
}

export interface Account {
  readonly id: string;
  /** Lower case; unique. */
  readonly username: string;
  /** Lower case; unique. */
  readonly email: string;
  /** It was typed at a sign-up by phone, and nobody has shown yet that it is theirs: nothing that opens the account is sent there. */
  readonly emailUnproved?: boolean | undefined;
  /** E.164, for text messages. */
  readonly phone?: string | undefined;
  readonly displayName: string;
  /** PHC string. */
  readonly passwordHash: string;
  readonly role: Role;
  /** Who this is to FHIR, the main one first: `Patient/…`, `RelatedPerson/…`, `Practitioner/…`. */
  readonly persons: readonly string[];
  readonly createdAt: number;
  readonly passwordChangedAt?: number | undefined;
  /** The terms that were accepted. */
  readonly terms?: { readonly version: string; readonly at: number } | undefined;
  readonly disabled?: boolean | undefined;
  /** How often it was signed out everywhere: a sign-in that was begun before the last time does not come to its end. */
  readonly signOuts?: number | undefined;
  /** What was made for it, and lasts beyond its sign-ins, is of the time before or after these (provider/standing.ts). */
  readonly endings?: Endings | undefined;
  /** From the demonstration data: a production server does not start with such accounts. */
  readonly demo?: boolean | undefined;
  /** An administrator asks for it, beyond REQUIRE_SECOND_FACTOR. */
  readonly secondFactorRequired?: boolean | undefined;
  /** Authenticator app (RFC 6238): its secret, sealed, and the last time step that was used. */
  readonly totp?: { readonly sealedSecret: string; readonly lastStep: number } | undefined;
  readonly passkeys?: readonly Passkey[] | undefined;
  /** Digests; one is removed by its use. */
  readonly recoveryCodes?: readonly string[] | undefined;
}

export interface Endings {
  /** How often all its sign-ins were ended, for whatever reason. */
  readonly count: number;
  /** Which of these was the last by which it was taken back from whoever had it; 0: none. */
  readonly takenBack: number;
}

export interface AuditEvent {
  readonly at: number;
  readonly event: string;
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  /** Where from. */
  readonly address?: string | undefined;
  readonly detail?: string | undefined;
}

export interface AuditQuery {
  readonly accountId?: string | undefined;
  readonly limit: number;
}

export interface Storage {
  saveArtifact(artifact: Artifact): Promise<void>;
  /** Only when there is none of this id that has not expired: false = there was. */
  insertArtifact(artifact: Artifact): Promise<boolean>;
  /**
   * Reads, changes and writes as one step, however many do so at once; `change` may run several times. undefined from it = leave it.
   * Returns the artifact as it is then; undefined when there is none.
   */
  changeArtifact(
    model: string,
    id: string,
    change: (artifact: Artifact) => Artifact | undefined,
  ): Promise<Artifact | undefined>;
  /** undefined when unknown or expired. */
  findArtifact(model: string, id: string): Promise<Artifact | undefined>;
  findArtifactByUid(model: string, uid: string): Promise<Artifact | undefined>;
  /** Those that have not expired, by id; of one account where it is given. */
  listArtifacts(model: string, accountId?: string): Promise<readonly Artifact[]>;
  /**
   * Compare-and-set: true for exactly one caller. With `staleBefore`, one that was consumed at that time or earlier may be consumed
   * again: a lease whose holder died.
   */
  consumeArtifact(model: string, id: string, at: number, staleBefore?: number): Promise<boolean>;
  /** True for exactly one caller: whoever removed it. An expired one is as good as not there. */
  removeArtifact(model: string, id: string): Promise<boolean>;
  removeArtifactsOfGrant(model: string, grantId: string): Promise<void>;
  removeArtifactsOfAccount(model: string, accountId: string): Promise<void>;

  /** False when the id, the username or the e-mail is taken. */
  insertAccount(account: Account): Promise<boolean>;
  /**
   * Reads, changes and writes as one step, however many do so at once; `change` may run several times. undefined from it = leave it.
   * Returns the account as it is then; undefined when there is none. Rejects with AddressTaken when username or e-mail belong to another.
   */
  updateAccount(id: string, change: (account: Account) => Account | undefined): Promise<Account | undefined>;
  findAccount(id: string): Promise<Account | undefined>;
  /** By username or e-mail, lower case. */
  findAccountByLogin(login: string): Promise<Account | undefined>;
  /** By username; those of a FHIR person, where one is given; those whose username comes after `after`. */
  listAccounts(query?: {
    readonly person?: string;
    readonly after?: string;
    readonly limit?: number;
  }): Promise<readonly Account[]>;

  /** Adds to a counter that begins anew `windowMs` after its first hit; returns the new count. */
  countHit(key: string, now: number, windowMs: number, by?: number): Promise<number>;
  clearHits(key: string): Promise<void>;

  appendAudit(event: AuditEvent): Promise<void>;
  /** Newest first. */
  listAudit(query: AuditQuery): Promise<readonly AuditEvent[]>;
  /** Recomputes the chains of the audit log, and holds them against ends that were sent elsewhere. */
  verifyAudit(anchors?: readonly Head[]): Promise<ChainReport>;
  /** Where the chain ends that this process writes; none: it has written nothing. */
  auditHeads(): readonly Head[];

  removeExpired(now: number): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The username or e-mail belongs to another account. */
export class AddressTaken extends Error {
  constructor() {
    super('this username or e-mail belongs to another account');
    this.name = 'AddressTaken';
  }
}

/** The database can't be asked now: an answer that asks for another try. The library and Koa read the members (https://github.com/koajs/koa/blob/master/docs/api/context.md#ctxthrow). */
export class StorageUnavailable extends Error {
  readonly status = 503;
  readonly statusCode = 503;
  readonly headers = { 'Retry-After': '5' };

  constructor(cause?: unknown) {
    super('the database is silent', { cause });
    this.name = 'StorageUnavailable';
  }
}
