/**
 * The port to the auth-server's own database: what oidc-provider keeps, accounts, launch contexts, throttling counters, the audit log.
 * Two adapters, one contract suite (contract/). All times are milliseconds since the epoch.
 */

/** A record of oidc-provider: a session, a grant, a token … Its payload is the library's own. */
export interface Artifact {
  readonly model: string;
  /** Already hashed where the id is itself the secret (see provider/adapter.ts). */
  readonly id: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grantId: string | undefined;
  readonly uid: string | undefined;
  readonly accountId: string | undefined;
  readonly consumedAt: number | undefined;
  /** undefined = never. */
  readonly expiresAt: number | undefined;
}

export interface Account {
  readonly id: string;
  /** Lower case; unique. */
  readonly username: string;
  /** Lower case; unique. */
  readonly email: string;
  readonly displayName: string;
  /** PHC string. */
  readonly passwordHash: string;
  /** `Patient/…`, `RelatedPerson/…` or `Practitioner/…`. */
  readonly fhirUser: string;
  readonly role: 'patient' | 'proxy' | 'practitioner' | 'administrator';
  /** Patients (ids) the person may choose as launch context. */
  readonly patients: readonly string[];
}

/** Launch context of one grant (SMART App Launch 2.2): it survives refresh and never mixes with another launch. */
export interface LaunchContext {
  readonly grantId: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly patient: string | undefined;
  readonly scope: string;
  readonly at: number;
}

export interface AuditEvent {
  readonly at: number;
  readonly event: string;
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly detail?: string | undefined;
}

export interface Storage {
  saveArtifact(artifact: Artifact): Promise<void>;
  /** Only when there is none of this id: false = there was. */
  insertArtifact(artifact: Artifact): Promise<boolean>;
  /** undefined when unknown or expired. */
  findArtifact(model: string, id: string): Promise<Artifact | undefined>;
  findArtifactByUid(model: string, uid: string): Promise<Artifact | undefined>;
  /** Compare-and-set: true for exactly one caller. */
  consumeArtifact(model: string, id: string, at: number): Promise<boolean>;
  removeArtifact(model: string, id: string): Promise<void>;
  removeArtifactsOfGrant(model: string, grantId: string): Promise<void>;

  /** Inserts, or replaces the account of the same username. */
  saveAccount(account: Account): Promise<void>;
  findAccount(id: string): Promise<Account | undefined>;
  /** By username or e-mail, lower case. */
  findAccountByLogin(login: string): Promise<Account | undefined>;
  listAccounts(): Promise<readonly Account[]>;

  saveLaunchContext(context: LaunchContext): Promise<void>;
  findLaunchContext(grantId: string): Promise<LaunchContext | undefined>;

  /** Adds one to a counter that forgets after `windowMs` without hits; returns the new count. */
  countHit(key: string, now: number, windowMs: number): Promise<number>;
  clearHits(key: string): Promise<void>;

  appendAudit(event: AuditEvent): Promise<void>;
  listAudit(limit: number): Promise<readonly AuditEvent[]>;

  removeExpired(now: number): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
