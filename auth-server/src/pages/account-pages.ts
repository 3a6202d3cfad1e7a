/** What the routers of the account pages share: whose account it is, whether they are its owner, what is said and kept of what they did. */
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { ContactChange } from '../accounts/contact-change.ts';
import type { Family } from '../accounts/family.ts';
import type { Invitations } from '../accounts/invitations.ts';
import { DEVICE_COOKIE } from '../accounts/known-device.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import type { Recovery } from '../accounts/recovery.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import type { People } from '../fhir/people.ts';
import type { Shown } from '../fhir/shown.ts';
import type { Viewer } from '../fhir/viewer.ts';
import { field } from '../interactions/step.ts';
import type { Outbox } from '../messages/outbox.ts';
import { hostCookie } from '../provider/cookies.ts';
import type { Storage } from '../storage/storage.ts';
import type { FormView } from '../views/account-pages.ts';
import { readCookie } from '../views/cookies.ts';
import { sameOrigin } from '../views/same-origin.ts';
import { type Text, t } from '../words/text.ts';
import { answeredOnce } from './answered-once.ts';
import { signedIn } from './signed-in.ts';

export interface AccountRouterDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly outbox: Outbox;
  readonly people: People;
  readonly shownTo: (viewer: Viewer) => Shown;
  readonly signIn: SignIn;
  readonly passkeys: Passkeys;
  readonly recovery: Recovery;
  readonly contactChange: ContactChange;
  readonly family: Family;
  readonly invitations: Invitations;
  readonly canText: boolean;
  readonly now: () => number;
}

export interface AccountPages extends AccountRouterDependencies {
  /** Before every form: from our own pages, and read. */
  readonly post: readonly RequestHandler[];
  audit(request: Request, response: Response, event: string, clientId?: string): Promise<void>;
  /** The password again (field `current`), under the limits of signing in. */
  isOwner(request: Request, response: Response): Promise<boolean>;
}

/** The form again, with all that was typed but passwords. */
export function wrongPassword(request: Request): FormView {
  const names = ['name', 'email', 'phone'];
  return {
    values: Object.fromEntries(names.map((name) => [name, field(request, name)])),
    problems: {
      current: t(
        field(request, 'current') === ''
          ? 'Please enter your current password.'
          : 'The current password is not right.',
      ),
    },
  };
}

/** What a form did, said on the next page. */
const DONE = {
  password: 'Your password is changed, and you are signed out everywhere else.',
  email: 'Open the link that we sent to the new address. Until then the old one stays.',
  'phone-sent': 'Enter the code that we sent to the new number.',
  phone: 'Your mobile number is changed.',
  'factor-off': 'The authenticator app is turned off.',
  passkey: 'The passkey is added.',
  'passkey-off': 'The passkey is removed.',
  app: 'The app is disconnected.',
  session: 'That device is signed out.',
  invited: 'The invitation is on its way. You are told when it is accepted.',
  'invitation-off': 'The invitation is taken back.',
  limits: 'The limits are changed.',
  'access-off': 'The access is ended.',
  'access-left': 'You have given up the access.',
  accepted: 'The record is open to you now: choose it when you open the portal.',
  declined: 'You have declined the invitation.',
} as const satisfies Readonly<Record<string, Text>>;

const isDone = (what: string): what is keyof typeof DONE => Object.hasOwn(DONE, what);

export function done(request: Request): string | undefined {
  const what = String(request.query.done);
  return isDone(what) ? t(DONE[what]) : undefined;
}

export const back = (response: Response, path: string, what: keyof typeof DONE): void =>
  response.redirect(303, `${path}?done=${what}`);

export function accountPages(dependencies: AccountRouterDependencies): AccountPages {
  const { config, storage, now } = dependencies;
  return {
    ...dependencies,
    post: [
      sameOrigin(config),
      express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 20 }),
      answeredOnce(dependencies),
    ],
    async audit(request, response, event, clientId) {
      const accountId = signedIn(response).account.id;
      await storage.appendAudit({ at: now(), event, accountId, clientId, address: request.ip });
    },
    async isOwner(request, response) {
      if (field(request, 'current') === '') return false;
      const { account } = signedIn(response);
      const result = await dependencies.signIn({
        login: account.username,
        password: field(request, 'current'),
        address: request.ip ?? '',
        device: readCookie(request, hostCookie(config, DEVICE_COOKIE)),
      });
      return 'account' in result && result.account.id === account.id;
    },
  };
}
