/**
 * Invitations to somebody's record: a link by mail, good once and for a week, to an account with the address that it went to. What is answered to whoever invites
 * is the same whether or not there is such an account.
 */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { digest, randomSecret } from '../crypto/secrets.ts';
import type { Entrusted } from '../fhir/delegation.ts';
import type { People } from '../fhir/people.ts';
import { createLimit } from '../limits.ts';
import type { Outbox } from '../messages/outbox.ts';
import { accountCreated, familyAccepted, familyInvitation, familyInvited } from '../messages/templates.ts';
import { type Account, type Artifact, artifact, type Storage } from '../storage/storage.ts';
import type { Family } from './family.ts';
import { loginProblems, type NewLogin, type SignUpProblem } from './new-login.ts';
import type { Passwords } from './password.ts';

export interface Invitation extends Entrusted {
  /** Who invites, as their account has it. */
  readonly from: string;
  /** Milliseconds since the epoch. */
  readonly goodUntil: number;
}

export type InviteProblem = 'oneself' | 'has-access' | 'invited' | 'too-many';
export type AcceptProblem = 'over' | 'other-address' | 'own-record' | 'has-access' | 'staff';

export interface Invitations {
  /** undefined: it is on its way. */
  invite(
    account: Account,
    details: Omit<Entrusted, 'id'>,
    address: string,
  ): Promise<InviteProblem | undefined>;
  /** Those of this account that wait for an answer. */
  waiting(accountId: string): Promise<readonly Invitation[]>;
  /** False: none of theirs, or answered already. */
  withdraw(accountId: string, id: string, address: string): Promise<boolean>;
  find(secret: string | undefined): Promise<Invitation | undefined>;
  /** What keeps this account from it; undefined: nothing. Rejects with FhirUnavailable. */
  problemOf(invitation: Invitation, account: Account): Promise<AcceptProblem | undefined>;
  /** Once, whoever else tries at the same time. Rejects with FhirUnavailable, and may then be tried again. */
  accept(secret: string, account: Account, address: string): Promise<AcceptProblem | undefined>;
  /** `over` as well where it was sent to another address. */
  decline(secret: string, account: Account, address: string): Promise<'over' | undefined>;
  /** An account of the address that the link was sent to; it opens nothing before the invitation is accepted. */
  signUp(
    secret: string,
    login: NewLogin,
    address: string,
  ): Promise<{ readonly account: Account } | { readonly problems: readonly SignUpProblem[] }>;
}

export interface InvitationDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly family: Family;
  readonly people: People;
  readonly passwords: Passwords;
  readonly outbox: Outbox;
  readonly now: () => number;
}

const MODEL = 'FamilyInvitation';
/** That this account invites this address. */
const CLAIM = 'FamilyInvitationClaim';
const DAY_MS = 86_400_000;
const LIFE_MS = 7 * DAY_MS;
/** What did not end within this time is no hindrance to the next. */
const CLAIM_MS = 60_000;

export function createInvitations(dependencies: InvitationDependencies): Invitations {
  const { config, storage, family, people, passwords, outbox, now } = dependencies;
  const byAccount = createLimit(storage, now, { name: 'invitations', max: 10, windowMs: DAY_MS });
  const toAddress = createLimit(storage, now, { name: 'invitations to', max: 3, windowMs: DAY_MS });

  const audit = (event: string, accountId: string, address?: string): Promise<void> =>
    storage.appendAudit({ at: now(), event, accountId, address });

  async function findArtifact(secret: string | undefined): Promise<Artifact | undefined> {
    return secret ? storage.findArtifact(MODEL, digest(secret)) : undefined;
  }

  const waiting = async (accountId: string): Promise<readonly Invitation[]> =>
    (await storage.listArtifacts(MODEL, accountId)).map(invitationOf);

  async function problemOf(invitation: Invitation, account: Account): Promise<AcceptProblem | undefined> {
    if (!isSentTo(invitation, account)) return 'other-address';
    if (account.role === 'practitioner') return 'staff';
    if (account.persons.includes(`Patient/${invitation.patient}`)) return 'own-record';
    const relations = await people.relations(account.persons);
    return relations.some(({ patient }) => patient === invitation.patient) ? 'has-access' : undefined;
  }

  /** Whoever invited may be locked out by now, or have stopped being the patient. */
  async function isStillTheirs({ patient }: Invitation, accountId: string | undefined): Promise<boolean> {
    const account = accountId === undefined ? undefined : await storage.findAccount(accountId);
    if (!account || account.disabled) return false;
    return (await family.ownRecord(account)) === patient;
  }

  async function offer(
    account: Account,
    details: Omit<Entrusted, 'id'>,
    address: string,
  ): Promise<InviteProblem | undefined> {
    const { email } = details;
    // Of their own record both are known to them already.
    const there = await family.delegates(details.patient);
    if (there.some((each) => each.email === email)) return 'has-access';
    if ((await waiting(account.id)).some((each) => each.email === email)) return 'invited';
    if (!(await byAccount.take(account.id)) || !(await toAddress.take(email))) return 'too-many';
    const secret = randomSecret();
    const payload = { ...details, id: randomUUID(), from: account.displayName };
    await storage.saveArtifact(
      artifact(MODEL, digest(secret), payload, { accountId: account.id, expiresAt: now() + LIFE_MS }),
    );
    const link = `${config.origin}/invitation?token=${secret}`;
    await outbox.send({ channel: 'email', to: email, ...familyInvitation(config, link) });
    await outbox.send({ channel: 'email', to: account.email, ...familyInvited(config) });
    await audit('family access offered', account.id, address);
    return undefined;
  }

  return {
    waiting,
    problemOf,

    async invite(account, details, address) {
      const email = details.email.trim().toLowerCase();
      if (email === account.email) return 'oneself';
      // Pressed in two tabs at the same moment it is one invitation.
      const claim = digest(`${account.id} ${email}`);
      if (!(await storage.insertArtifact(artifact(CLAIM, claim, {}, { expiresAt: now() + CLAIM_MS }))))
        return 'invited';
      try {
        return await offer(account, { ...details, email }, address);
      } finally {
        await storage.removeArtifact(CLAIM, claim);
      }
    },

    async withdraw(accountId, id, address) {
      const found = (await storage.listArtifacts(MODEL, accountId)).find(({ payload }) => payload.id === id);
      if (!found || !(await storage.removeArtifact(MODEL, found.id))) return false;
      await audit('family access withdrawn', accountId, address);
      return true;
    },

    async find(secret) {
      const found = await findArtifact(secret);
      return found && invitationOf(found);
    },

    async accept(secret, account, address) {
      const found = await findArtifact(secret);
      if (!found) return 'over';
      const invitation = invitationOf(found);
      const problem = await problemOf(invitation, account);
      if (problem) return problem;
      if (!(await isStillTheirs(invitation, found.accountId))) return 'over';
      if (!(await storage.consumeArtifact(MODEL, found.id, now(), now() - CLAIM_MS))) return 'over';
      if (!(await family.open(invitation))) {
        await storage.removeArtifact(MODEL, found.id);
        return 'over';
      }
      const person = `RelatedPerson/${invitation.id}`;
      await storage.updateAccount(account.id, (each) => ({ ...each, persons: [...each.persons, person] }));
      // Withdrawn in the same moment: then it is as if it had not been accepted.
      if (!(await storage.removeArtifact(MODEL, found.id))) {
        await family.end(invitation.patient, invitation.id);
        return 'over';
      }
      await audit('family access accepted', account.id, address);
      const owner = await storage.findAccount(found.accountId ?? '');
      if (owner) {
        await outbox.send({ channel: 'email', to: owner.email, ...familyAccepted(config) });
        await audit('family access given', owner.id);
      }
      return undefined;
    },

    async decline(secret, account, address) {
      const found = await findArtifact(secret);
      if (!found || !isSentTo(invitationOf(found), account)) return 'over';
      if (!(await storage.removeArtifact(MODEL, found.id))) return 'over';
      await audit('family access declined', account.id, address);
      return undefined;
    },

    async signUp(secret, login, address) {
      const found = await findArtifact(secret);
      if (!found) return { problems: ['over'] };
      const { given, family: surname, email } = invitationOf(found);
      const username = login.username.trim().toLowerCase();
      const problems = await loginProblems(
        dependencies,
        { given, family: surname },
        { ...login, username, email },
      );
      if (problems.length > 0) return { problems };
      const at = now();
      const account: Account = {
        id: randomUUID(),
        username,
        email,
        displayName: `${given} ${surname}`,
        passwordHash: await passwords.hash(login.password),
        role: 'proxy',
        persons: [],
        createdAt: at,
        terms: { version: config.TERMS_VERSION, at },
      };
      // While the password was hashed it may have been withdrawn.
      if (!(await findArtifact(secret))) return { problems: ['over'] };
      if (!(await storage.insertAccount(account))) return { problems: ['username-taken'] };
      await outbox.send({ channel: 'email', to: email, ...accountCreated(config, username) });
      await audit('account created', account.id, address);
      return { account };
    },
  };
}

/** An address that was typed, and never shown to be theirs, is nobody's. */
const isSentTo = ({ email }: Invitation, account: Account): boolean =>
  !account.emailUnproved && account.email === email;

const invitationOf = ({ payload, expiresAt }: Artifact): Invitation =>
  ({ ...payload, goodUntil: expiresAt ?? 0 }) as unknown as Invitation;
