/**
 * Sign-up, for patients of the clinic only: somebody on record, by name, birth date and a contact that is on record, or by an activation code that the
 * clinic gave them. Then the contact is proved by a code, then the account is made. Until the code is right, the answers are the same for everybody.
 */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { digest, normalCode, randomCode, randomSecret } from '../crypto/secrets.ts';
import { type Contacts, type PatientQuery, type People, phoneDigits } from '../fhir/people.ts';
import { createLimit } from '../limits.ts';
import type { Outbox } from '../messages/outbox.ts';
import { accountCreated, accountExists } from '../messages/templates.ts';
import { type Account, artifact, type Storage } from '../storage/storage.ts';
import { askToConfirm } from './contact-change.ts';
import { isEmail, loginProblems, type NewLogin, type SignUpProblem } from './new-login.ts';
import type { Passwords } from './password.ts';
import type { Contact, Verification } from './verification.ts';

export interface SignUpDetails {
  readonly given: string;
  readonly family: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  /** E-mail address or phone number, as typed. */
  readonly contact: string;
  readonly activationCode: string;
}

export interface SignUp {
  /** Returns the secret that the browser carries to the next steps; undefined when this very person was asked for often enough today. */
  begin(details: SignUpDetails, address: string): Promise<string | undefined>;
  /** Whether the clinic gave this code to somebody who was born on this day: codes are too long to be guessed, so that a wrong one may be told. */
  knowsActivation(code: string, birthDate: string): Promise<boolean>;
  find(secret: string | undefined): Promise<PendingSignUp | undefined>;
  /** Whether it has ended in an account: who looks at a step of it again is not asked anew who they are. */
  isDone(secret: string | undefined): Promise<boolean>;
  verify(secret: string, code: string): Promise<boolean>;
  finish(
    secret: string,
    login: NewLogin,
    address: string,
  ): Promise<{ readonly account: Account } | { readonly problems: readonly SignUpProblem[] }>;
}

export interface PendingSignUp {
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly contact: Contact;
  /** Who they are to FHIR; undefined = nobody was found, which only the server knows. */
  readonly person?: string | undefined;
  readonly activation?: string | undefined;
  readonly verified: boolean;
}

const MODEL = 'SignUp';
const LIFE_MS = 3_600_000;
/** Of the same secret, when the account is there. */
const DONE = 'SignUpDone';
/** That somebody's account is being made; a process that ends meanwhile holds it up for no longer. */
const CLAIM = 'SignUpClaim';
const CLAIM_LIFE_MS = 60_000;
const ACTIVATION = 'ActivationCode';
const DAY_MS = 86_400_000;
const ACTIVATION_LIFE_MS = 14 * DAY_MS;

/** An e-mail address or a phone number, in the form it is kept; undefined when it is neither. */
export function contactOf(typed: string): Contact | undefined {
  const text = typed.trim();
  if (text.includes('@')) return isEmail(text) ? { channel: 'email', to: text.toLowerCase() } : undefined;
  const phone = phoneDigits(text);
  return /^\+\d{8,15}$/.test(phone) ? { channel: 'sms', to: phone } : undefined;
}

/** For the clinic: a code that stands for one person of theirs, to be handed over in person. */
export async function issueActivationCode(storage: Storage, person: string, now: number): Promise<string> {
  const code = randomCode(3);
  await storage.saveArtifact(
    artifact(ACTIVATION, digest(code), { person }, { expiresAt: now + ACTIVATION_LIFE_MS }),
  );
  return code;
}

const holds = ({ emails, phones }: Contacts, { channel, to }: Contact): boolean =>
  (channel === 'email' ? emails : phones).includes(to);

export interface SignUpDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly people: People;
  readonly passwords: Passwords;
  readonly verification: Verification;
  readonly outbox: Outbox;
  readonly now: () => number;
}

export function createSignUp(dependencies: SignUpDependencies): SignUp {
  const { config, storage, people, passwords, verification, outbox, now } = dependencies;

  // By all that was typed: whoever knows an address alone must not keep its owner from signing up. What is really sent is limited by the contact, and silently.
  const asks = createLimit(storage, now, { name: 'sign-ups', max: 3, windowMs: DAY_MS });
  const typed = ({ given, family, birthDate, activationCode }: SignUpDetails, { to }: Contact): string =>
    JSON.stringify([given, family, birthDate, activationCode, to].map((each) => each.trim().toLowerCase()));

  async function personOf(
    details: SignUpDetails,
    contact: Contact,
  ): Promise<{ person?: string; activation?: string }> {
    if (details.activationCode.trim() !== '') return activated(details.activationCode, details.birthDate);
    return onRecord(details, contact);
  }

  async function onRecord(details: PatientQuery, contact: Contact): Promise<{ person?: string }> {
    const matches = await people.match(details);
    if (matches.length > 1) {
      // Two people of one name and birthday: the clinic decides, and hands out an activation code.
      await storage.appendAudit({ at: now(), event: 'sign-up ambiguous' });
      return {};
    }
    const [match] = matches;
    if (!match || !holds(match, contact)) return {};
    if (await isRelatives(match.id, contact)) {
      await storage.appendAudit({ at: now(), event: 'sign-up by a contact of a relative' });
      return {};
    }
    if (!(await people.mayHaveAccount(match.id))) {
      await storage.appendAudit({ at: now(), event: 'sign-up below the age for an account' });
      return {};
    }
    return { person: `Patient/${match.id}` };
  }

  async function activated(
    code: string,
    birthDate: string,
  ): Promise<{ person?: string; activation?: string }> {
    const id = digest(normalCode(code));
    const person = (await storage.findArtifact(ACTIVATION, id))?.payload.person;
    if (typeof person !== 'string') return {};
    if (!(await people.isBorn(person, birthDate))) return {};
    const patient = /^Patient\/(.+)$/.exec(person)?.[1];
    const isOldEnough = patient === undefined || (await people.mayHaveAccount(patient));
    return isOldEnough ? { person, activation: id } : {};
  }

  /** A parent's address in a child's record, a daughter's in her father's: who answers there is not the patient. */
  async function isRelatives(patient: string, contact: Contact): Promise<boolean> {
    for (const relative of await people.relatives(patient)) {
      const accounts = await storage.listAccounts({ person: relative.reference });
      const isTheirs = accounts.some(({ email, phone }) => email === contact.to || phone === contact.to);
      if (isTheirs || holds(relative, contact)) return true;
    }
    return false;
  }

  return {
    async begin(details, address) {
      const contact = contactOf(details.contact);
      if (!contact) return undefined;
      const isAllowed = await asks.take(typed(details, contact));
      const { person, activation } = await personOf(details, contact);
      const owners = person === undefined ? [] : await storage.listAccounts({ person });
      const isNew = person !== undefined && owners.length === 0;
      const secret = randomSecret();
      const pending: PendingSignUp = {
        given: details.given,
        family: details.family,
        birthDate: details.birthDate,
        contact,
        person: isNew ? person : undefined,
        activation,
        verified: false,
      };
      await storage.saveArtifact(
        artifact(MODEL, digest(secret), { ...pending }, { expiresAt: now() + LIFE_MS }),
      );
      await verification.start(digest(secret), isNew && isAllowed ? contact : undefined);
      // Whoever has an account already hears of it where it is theirs, not where it was typed.
      for (const { email } of owners)
        await outbox.send({ channel: 'email', to: email, ...accountExists(config) });
      await storage.appendAudit({
        at: now(),
        event: isNew ? 'sign-up begun' : 'sign-up without a match',
        address,
      });
      return isAllowed ? secret : undefined;
    },

    async knowsActivation(code, birthDate) {
      const isKnown = (await activated(code, birthDate)).person !== undefined;
      if (!isKnown) await storage.appendAudit({ at: now(), event: 'sign-up with a wrong activation code' });
      return isKnown;
    },

    find,

    async isDone(secret) {
      return secret !== undefined && (await storage.findArtifact(DONE, digest(secret))) !== undefined;
    },

    async verify(secret, code) {
      const pending = await find(secret);
      if (!pending?.person || !(await verification.check(digest(secret), code))) return false;
      const verified = { ...pending, verified: true };
      await storage.saveArtifact(artifact(MODEL, digest(secret), verified, { expiresAt: now() + LIFE_MS }));
      return true;
    },

    async finish(secret, login, address) {
      const pending = await find(secret);
      if (!pending?.verified || !pending.person) return { problems: ['over'] };
      const username = login.username.trim().toLowerCase();
      const email =
        pending.contact.channel === 'email' ? pending.contact.to : login.email.trim().toLowerCase();
      const problems = await loginProblems(dependencies, pending, { ...login, username, email });
      if (problems.length > 0) return { problems };
      const passwordHash = await passwords.hash(login.password);
      // One at a time for a person: who they are, and that they have no account, is asked again, and holds until the account is there.
      const claim = digest(pending.person);
      const isAlone = await storage.insertArtifact(
        artifact(CLAIM, claim, {}, { expiresAt: now() + CLAIM_LIFE_MS }),
      );
      if (!isAlone) return { problems: ['over'] };
      try {
        if (!(await isStillTheirs(pending, pending.person))) return { problems: ['over'] };
        return await create(
          secret,
          { ...pending, person: pending.person },
          { username, email, passwordHash },
          address,
        );
      } finally {
        await storage.removeArtifact(CLAIM, claim);
      }
    },
  };

  async function create(
    secret: string,
    pending: PendingSignUp & { readonly person: string },
    { username, email, passwordHash }: Pick<Account, 'username' | 'email' | 'passwordHash'>,
    address: string,
  ): Promise<{ readonly account: Account } | { readonly problems: readonly SignUpProblem[] }> {
    const isMine = await storage.removeArtifact(MODEL, digest(secret));
    const isActivated =
      pending.activation === undefined || (await storage.removeArtifact(ACTIVATION, pending.activation));
    if (!isMine || !isActivated) return { problems: ['over'] };
    const at = now();
    const account: Account = {
      id: randomUUID(),
      username,
      email,
      ...(pending.contact.channel === 'sms' ? { phone: pending.contact.to, emailUnproved: true } : {}),
      displayName: `${pending.given} ${pending.family}`,
      passwordHash,
      role: pending.person.startsWith('RelatedPerson/') ? 'proxy' : 'patient',
      persons: [pending.person],
      createdAt: at,
      terms: { version: config.TERMS_VERSION, at },
    };
    if (!(await storage.insertAccount(account))) return { problems: ['username-taken'] };
    await storage.saveArtifact(artifact(DONE, digest(secret), {}, { expiresAt: at + LIFE_MS }));
    // A mistyped address is somebody else's: it learns nothing of the account, and opens nothing, before it was shown to be its owner's.
    if (account.emailUnproved) await askToConfirm(dependencies, account.id, email);
    else await outbox.send({ channel: 'email', to: email, ...accountCreated(config, username) });
    await storage.appendAudit({ at: now(), event: 'account created', accountId: account.id, address });
    return { account };
  }

  /** What a begun sign-up rests on may have ended within its hour: the contact was changed, another account was made by another contact. */
  async function isStillTheirs(pending: PendingSignUp, person: string): Promise<boolean> {
    if ((await storage.listAccounts({ person })).length > 0) return false;
    if (pending.activation !== undefined) return people.isBorn(person, pending.birthDate);
    return (await onRecord(pending, pending.contact)).person === person;
  }

  async function find(secret: string | undefined): Promise<PendingSignUp | undefined> {
    if (!secret) return undefined;
    return (await storage.findArtifact(MODEL, digest(secret)))?.payload as PendingSignUp | undefined;
  }
}
