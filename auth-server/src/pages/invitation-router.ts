/**
 * `/invitation`: where the link of an invitation leads, for whoever is not signed in yet. Mail programs open links to look at them: nothing is used up by that. The
 * secret goes on in a cookie, so that it stands in no address any more.
 */
import express, { type Request, type Response, Router } from 'express';
import type { Invitations } from '../accounts/invitations.ts';
import type { SignUpProblem } from '../accounts/new-login.ts';
import { criteria } from '../accounts/password-policy.ts';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import { field } from '../interactions/step.ts';
import { createAddressLimit } from '../limits.ts';
import { cookieOptions, hostCookie } from '../provider/cookies.ts';
import type { Storage } from '../storage/storage.ts';
import { readCookie } from '../views/cookies.ts';
import { invitedPage, invitedSignUpPage } from '../views/family-pages.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { linkOverPage } from '../views/pages.ts';
import { sameOrigin } from '../views/same-origin.ts';
import { t } from '../words/text.ts';
import { answeredOnce } from './answered-once.ts';
import { letIn, loginProblemTexts, unmetOf } from './new-login.ts';

export const INVITATION_COOKIE = 'invitation';
/** As long as it takes to make an account. */
const COOKIE_LIFE_MS = 3_600_000;

export interface InvitationRouterDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly invitations: Invitations;
  readonly now: () => number;
}

export function invitationRouter(dependencies: InvitationRouterDependencies): Router {
  const { config, storage, invitations, now } = dependencies;
  const router = Router();
  const post = [
    sameOrigin(config),
    express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 }),
    answeredOnce(dependencies),
  ];
  const name = hostCookie(config, INVITATION_COOKIE);
  const limit = createAddressLimit(storage, now, {
    name: 'invitation sign-up',
    max: 20,
    windowMs: COOKIE_LIFE_MS,
  });
  router.use((_request, response, next) => {
    pageHeaders(response);
    next();
  });

  router.get('/', async (request, response) => {
    const token = String(request.query.token ?? '');
    const invitation = await invitations.find(token);
    if (!invitation) return sendOver(response);
    response.send(invitedPage(config, { invitation, token }));
  });
  router.post('/', ...post, async (request, response) => {
    const token = field(request, 'token');
    if (!(await invitations.find(token))) return sendOver(response);
    response.cookie(name, token, { ...cookieOptions(config), maxAge: COOKIE_LIFE_MS });
    response.redirect(
      303,
      field(request, 'how') === 'sign-up' ? '/invitation/sign-up' : '/account/invitation',
    );
  });

  router.get('/sign-up', (request, response) => sendForm(request, response, {}, []));
  router.post('/sign-up', ...post, async (request, response) => {
    const secret = readCookie(request, name) ?? '';
    const login = {
      username: field(request, 'username').trim(),
      email: '',
      password: field(request, 'password'),
      acceptsTerms: field(request, 'terms') === 'yes',
    };
    const values = { username: login.username, terms: login.acceptsTerms ? 'yes' : '' };
    if (!(await limit.take(request.ip ?? ''))) return sendForm(request, response.status(429), values, []);
    const result = await invitations.signUp(secret, login, request.ip ?? '');
    if ('problems' in result) return sendForm(request, response.status(400), values, result.problems);
    await letIn({ config, storage, now }, response, result.account.id);
    response.redirect(303, '/account/invitation');
  });

  async function sendForm(
    request: Request,
    response: Response,
    values: Readonly<Record<string, string>>,
    problems: readonly SignUpProblem[],
  ): Promise<void> {
    const invitation = await invitations.find(readCookie(request, name));
    if (!invitation) return sendOver(response);
    const texts = loginProblemTexts(problems);
    const form =
      texts.email ??
      (response.statusCode === 429 ? t('Too many tries from here. Please try again in an hour.') : undefined);
    response.send(
      invitedSignUpPage(config, invitation.email, {
        values,
        problems: { ...texts, form },
        criteria: criteria(config),
        unmet: unmetOf(problems),
        termsVersion: config.TERMS_VERSION,
      }),
    );
  }

  function sendOver(response: Response): void {
    response.status(400).send(linkOverPage(config, '/account/family', t('Your account')));
  }
  return router;
}
