/** Everything behind the pages and endpoints, made once a process. */
import type { Logger } from 'pino';
import { type ContactChange, createContactChange } from './accounts/contact-change.ts';
import { createFamily, type Family } from './accounts/family.ts';
import { createInvitations, type Invitations } from './accounts/invitations.ts';
import { createPasskeys, type Passkeys } from './accounts/passkeys.ts';
import { createPasswords, type Passwords } from './accounts/password.ts';
import { createRecovery, type Recovery } from './accounts/recovery.ts';
import { createSignIn, type SignIn } from './accounts/sign-in.ts';
import { createSignUp, type SignUp } from './accounts/sign-up.ts';
import { createVerification } from './accounts/verification.ts';
import type { Config } from './config.ts';
import { createSeal, type Seal } from './crypto/seal.ts';
import { type Clinic, createClinic } from './fhir/clinic.ts';
import { createFhirApi, fhirApi } from './fhir/fhir-api.ts';
import { createPeople, type People } from './fhir/people.ts';
import { createShown, type Shown } from './fhir/shown.ts';
import { type Viewer, viewerToken } from './fhir/viewer.ts';
import { createDelivery, type Delivery } from './messages/delivery.ts';
import { createOutbox, type Outbox } from './messages/outbox.ts';
import { canSendText, createSenders } from './messages/senders.ts';
import type { Storage } from './storage/storage.ts';

export interface Services {
  readonly seal: Seal;
  readonly people: People;
  /** What this person may see, asked as them. */
  readonly shownTo: (viewer: Viewer) => Shown;
  /** As this server sees it: for developers' pages, and to hold against each other what an EHR says. */
  readonly shown: Shown;
  readonly clinic: Clinic;
  readonly passwords: Passwords;
  readonly passkeys: Passkeys;
  readonly outbox: Outbox;
  readonly delivery: Delivery;
  readonly signIn: SignIn;
  readonly signUp: SignUp;
  readonly recovery: Recovery;
  readonly contactChange: ContactChange;
  readonly family: Family;
  readonly invitations: Invitations;
  readonly canText: boolean;
}

export interface ServiceDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly sealKey: string;
  readonly log: Logger;
  readonly now: () => number;
}

export function createServices({ config, storage, sealKey, log, now }: ServiceDependencies): Services {
  const seal = createSeal(sealKey);
  const senders = createSenders(config);
  const api = createFhirApi(config);
  const clinic = createClinic(api, config.CLINIC_ORGANIZATION, now);
  const delivery = createDelivery({
    storage,
    seal,
    senders,
    now,
    log,
    clinic: async () => ({ name: config.CLINIC_NAME, ...(await clinic.read()) }),
    keepSent: config.developerPages,
  });
  const outbox = createOutbox(storage, seal, now, delivery.kick);
  const passwords = createPasswords(config.PASSWORD_HASHES_AT_ONCE);
  const people = createPeople(api, now);
  const family = createFamily({ storage, api, clinic, adultAge: config.ADULT_AGE, now });
  const verification = createVerification({ config, storage, seal, outbox, now });
  return {
    seal,
    people,
    shownTo: (viewer) =>
      createShown(
        fhirApi(config, () => viewerToken({ storage, audience: config.FHIR_BASE_URL, now }, viewer)),
      ),
    shown: createShown(api),
    clinic,
    passwords,
    passkeys: createPasskeys(config, storage, now),
    outbox,
    delivery,
    signIn: createSignIn(storage, passwords, now),
    signUp: createSignUp({ config, storage, people, passwords, verification, outbox, now }),
    recovery: createRecovery({ config, storage, passwords, outbox, now }),
    contactChange: createContactChange({ config, storage, outbox, verification, now }),
    family,
    invitations: createInvitations({ config, storage, family, people, passwords, outbox, now }),
    canText: canSendText(config),
  };
}
