/** `/sign-up`, `/forgot-password`, `/forgot-username`, `/reset-password`, `/confirm-email`, `/undo-email`, `/terms`: pages for whoever is not signed in. */
import express, { type Request, type Response, Router } from 'express';
import { hasLastingApps } from '../accounts/connected-apps.ts';
import type { ContactChange } from '../accounts/contact-change.ts';
import { isEmail, type SignUpProblem } from '../accounts/new-login.ts';
import { TooBusy } from '../accounts/password.ts';
import { criteria } from '../accounts/password-policy.ts';
import type { Recovery } from '../accounts/recovery.ts';
import { contactOf, type SignUp } from '../accounts/sign-up.ts';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import { field } from '../interactions/step.ts';
import { createAddressLimit } from '../limits.ts';
import { cookieOptions, hostCookie } from '../provider/cookies.ts';
import type { Storage } from '../storage/storage.ts';
import { readCookie } from '../views/cookies.ts';
import { html } from '../views/html.ts';
import { page } from '../views/layout.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { linkOverPage, messagePage, unavailablePage } from '../views/pages.ts';
import { sameOrigin } from '../views/same-origin.ts';
import {
  enterCodePage,
  forgottenPage,
  newLoginPage,
  resetPasswordPage,
  termsPage,
  whoAreYouPage,
} from '../views/sign-up-pages.ts';
import { type Text, t } from '../words/text.ts';
import { answeredOnce } from './answered-once.ts';
import { isDay } from './day.ts';
import { letIn, loginProblemTexts, unmetOf } from './new-login.ts';
import { readTerms } from './terms.ts';

export interface SignUpRouterDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly signUp: SignUp;
  readonly recovery: Recovery;
  readonly contactChange: ContactChange;
  /** Whether text messages can be sent. */
  readonly canText: boolean;
  readonly now: () => number;
}

const COOKIE = 'sign_up';
const HOUR_MS = 3_600_000;
const DETAILS = ['given', 'family', 'birthDate', 'contact', 'activationCode'] as const;

export function signUpRouter(dependencies: SignUpRouterDependencies): Router {
  const { config, storage, signUp, recovery, contactChange, canText, now } = dependencies;
  const router = Router();
  const post = [
    sameOrigin(config),
    express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 }),
    answeredOnce(dependencies),
  ];
  const limit = createAddressLimit(storage, now, { name: 'sign-up address', max: 20, windowMs: HOUR_MS });
  const terms = readTerms(config);
  router.use((_request, response, next) => {
    pageHeaders(response);
    next();
  });

  router.get('/terms', (_request, response) => response.send(termsPage(config, config.TERMS_VERSION, terms)));

  router.get('/sign-up', async (request, response) => {
    // Back from the code, where none came: what was entered is there to be looked at.
    const pending = request.query.again === '1' ? await signUp.find(secretOf(request)) : undefined;
    const values = pending
      ? {
          given: pending.given,
          family: pending.family,
          birthDate: pending.birthDate,
          contact: pending.contact.to,
        }
      : {};
    response.send(whoAreYouPage(config, { values, problems: {}, canText }));
  });
  router.post('/sign-up', ...post, async (request, response) => {
    const values = Object.fromEntries(
      DETAILS.map((name) => [name, field(request, name).trim().slice(0, 254)]),
    ) as Record<(typeof DETAILS)[number], string>;
    const problems = detailProblems(values, canText);
    const again = (status: number, more: object = {}) =>
      response
        .status(status)
        .send(whoAreYouPage(config, { values, problems: { ...problems, ...more }, canText }));
    if (Object.keys(problems).length > 0) return again(400);
    if (!(await limit.take(request.ip ?? '')))
      return again(429, { form: t('Too many tries from here. Please try again in an hour.') });
    try {
      if (
        values.activationCode !== '' &&
        !(await signUp.knowsActivation(values.activationCode, values.birthDate))
      )
        return again(400, {
          activationCode: t(
            'This code is over or mistyped, or it is for another date of birth. Check both, or ask {clinic} for a new one.',
            { clinic: whoHandsOutCodes() },
          ),
        });
      const secret = await signUp.begin(values, request.ip ?? '');
      if (!secret)
        return again(429, {
          form: t('This contact has had its codes for today. Please try again tomorrow, or ask the clinic.'),
        });
      response.cookie(hostCookie(config, COOKIE), secret, { ...cookieOptions(config), maxAge: HOUR_MS });
      response.redirect(303, '/sign-up/code');
    } catch (error) {
      if (!(error instanceof FhirUnavailable)) throw error;
      response.status(503).send(unavailablePage(config, '/sign-up'));
    }
  });

  router.get('/sign-up/code', async (request, response) => {
    const pending = await signUp.find(secretOf(request));
    if (!pending) return startAgain(request, response);
    response.send(codePage(pending.contact.to));
  });
  router.post('/sign-up/code', ...post, async (request, response) => {
    const secret = secretOf(request);
    const pending = await signUp.find(secret);
    if (!secret || !pending) return startAgain(request, response);
    // Back from the next step, or in a second tab: the contact is proved, and the code is used up.
    if (pending.verified) return response.redirect(303, '/sign-up/login');
    const code = field(request, 'code').trim();
    if (code !== '' && (await signUp.verify(secret, code))) return response.redirect(303, '/sign-up/login');
    response.status(400).send(codePage(pending.contact.to, code === '' ? 'empty' : 'wrong'));
  });
  const whoHandsOutCodes = (): string => config.CLINIC_CONTACT ?? t('the front desk');
  const codePage = (contact: string, failure?: 'empty' | 'wrong') =>
    enterCodePage(config, {
      action: '/sign-up/code',
      contact,
      clinicContact: whoHandsOutCodes(),
      failure,
    });

  router.get('/sign-up/login', async (request, response) => {
    const pending = await signUp.find(secretOf(request));
    if (!pending?.verified) return startAgain(request, response);
    sendLogin(response, pending.contact.channel === 'sms', {}, []);
  });
  router.post('/sign-up/login', ...post, async (request, response) => {
    const secret = secretOf(request) ?? '';
    const pending = await signUp.find(secret);
    const values = { username: field(request, 'username').trim(), email: field(request, 'email').trim() };
    const login = {
      ...values,
      password: field(request, 'password'),
      acceptsTerms: field(request, 'terms') === 'yes',
    };
    const result = await busyAs(() => signUp.finish(secret, login, request.ip ?? ''), {
      problems: ['over' as const],
    }).catch((error: unknown) => {
      if (!(error instanceof FhirUnavailable)) throw error;
      return undefined;
    });
    if (!result) {
      response.status(503).send(unavailablePage(config, '/sign-up/login'));
      return;
    }
    if ('account' in result) {
      await letIn(dependencies, response, result.account.id);
      return response.send(readyPage(t('You are signed in with it in this browser.')));
    }
    if (result.problems.includes('over')) return startAgain(request, response);
    response.status(400);
    sendLogin(
      response,
      pending?.contact.channel === 'sms',
      { ...values, terms: login.acceptsTerms ? 'yes' : '' },
      result.problems,
    );
  });

  /** Reloaded before its answer was there, or in a second tab, it may be done: then there is nothing to begin anew. */
  async function startAgain(request: Request, response: Response): Promise<void> {
    if (!(await signUp.isDone(secretOf(request)))) return response.redirect(303, '/sign-up');
    response.send(readyPage(t('Sign in with the username and the password that you chose.')));
  }

  const readyPage = (text: string): string =>
    messagePage(config, {
      title: t('Your account is ready'),
      text,
      // The portal shows a new owner around.
      href: `${config.PORTAL_URL}/sign-in?welcome`,
      link: t('Open the health portal'),
    });

  function sendLogin(
    response: Response,
    asksEmail: boolean,
    values: Record<string, string>,
    problems: readonly SignUpProblem[],
  ): void {
    const view = {
      values,
      problems: loginProblemTexts(problems),
      criteria: criteria(config),
      unmet: unmetOf(problems),
      asksEmail,
      termsVersion: config.TERMS_VERSION,
    };
    response.send(newLoginPage(config, view));
  }

  for (const kind of ['password', 'username'] as const) {
    router.get(`/forgot-${kind}`, (_request, response) =>
      response.send(forgottenPage(config, { kind, state: 'ask' })),
    );
    router.post(`/forgot-${kind}`, ...post, async (request, response) => {
      const login = field(request, 'login');
      const isMissing = kind === 'password' ? login.trim() === '' : !isEmail(login.trim());
      if (isMissing)
        return response.status(400).send(forgottenPage(config, { kind, state: 'missing', login }));
      const ask = kind === 'password' ? recovery.requestPasswordReset : recovery.requestUsername;
      const isAllowed = await ask(login, request.ip ?? '');
      const state = isAllowed ? 'sent' : 'throttled';
      response.status(isAllowed ? 200 : 429).send(forgottenPage(config, { kind, state, login }));
    });
  }

  router.get('/reset-password', async (request, response) => {
    const token = queryToken(request);
    const page = await resetPage(token, []);
    if (page === undefined) return sendOver(response, '/forgot-password');
    response.send(page);
  });
  router.post('/reset-password', ...post, async (request, response) => {
    const token = field(request, 'token');
    const result = await busyAs(
      () =>
        recovery.resetPassword(token, field(request, 'password'), request.ip ?? '', {
          keepsApps: field(request, 'keep-apps') === 'yes',
        }),
      { unmet: ['over'] },
    );
    if ('account' in result) {
      const { id, role } = result.account;
      await letIn(dependencies, response, id);
      return response.send(
        messagePage(config, {
          title: t('Your password is changed'),
          text: t('You are signed out everywhere else.'),
          href: `${role === 'practitioner' ? config.DESK_URL : config.PORTAL_URL}/sign-in`,
          link: t('Go on, signed in'),
        }),
      );
    }
    const { unmet } = result;
    const page = unmet.includes('over')
      ? undefined
      : await resetPage(token, unmet, field(request, 'keep-apps') === 'yes');
    if (page === undefined) return sendOver(response, '/forgot-password');
    response.status(400).send(page);
  });
  /** undefined: the link is over. */
  async function resetPage(
    token: string,
    unmet: readonly string[],
    keeps = false,
  ): Promise<string | undefined> {
    const accountId = await recovery.findResetLink(token);
    if (accountId === undefined) return undefined;
    const apps = { has: await hasLastingApps(storage, accountId), keeps };
    return resetPasswordPage(config, { token, criteria: criteria(config), unmet, apps });
  }

  // Mail programs open links to look at them: only the button does it.
  confirmation('/confirm-email', 'Confirm the new e-mail?', 'Confirm', async (token, address) =>
    (await contactChange.confirmEmail(token, address)) ? t('Your e-mail address is changed.') : undefined,
  );
  confirmation('/undo-email', 'Keep the old e-mail?', 'Undo the change', async (token, address) =>
    (await contactChange.undoEmail(token, address))
      ? t(
          'The old address is yours again, and everybody is signed out. Choose a new password now: somebody may know the old one.',
        )
      : undefined,
  );

  function confirmation(
    path: string,
    title: Text,
    label: Text,
    act: (token: string, address: string) => Promise<string | undefined>,
  ): void {
    router.get(path, (request, response) => {
      const form = html`<h1>${t(title)}</h1><form method="post" novalidate action="${path}"><input type="hidden" name="token" value="${queryToken(request)}"><button class="primary" type="submit">${t(label)}</button></form>`;
      response.send(page(config, t(title), form));
    });
    router.post(path, ...post, async (request, response) => {
      const text = await act(field(request, 'token'), request.ip ?? '');
      if (text === undefined) return sendOver(response, '/account/contact');
      const next =
        path === '/undo-email'
          ? { href: '/forgot-password', link: t('Choose a new password') }
          : { href: '/account/contact', link: t('Your account') };
      response.send(messagePage(config, { title: t('Done'), text, ...next }));
    });
  }

  function sendOver(response: Response, href: string): void {
    response.status(400).send(linkOverPage(config, href, t('Start again')));
  }

  const secretOf = (request: Request): string | undefined => readCookie(request, hostCookie(config, COOKIE));
  return router;
}

const queryToken = (request: Request): string =>
  typeof request.query.token === 'string' ? request.query.token : '';

/** Under a flood of passwords a step is refused like one that is over: it can be tried again. */
async function busyAs<T>(work: () => Promise<T>, busy: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooBusy) return busy;
    throw error;
  }
}

function detailProblems(values: Readonly<Record<string, string>>, canText: boolean): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!values.given) problems.given = t('Please enter your first name.');
  if (!values.family) problems.family = t('Please enter your last name.');
  const date = values.birthDate ?? '';
  if (!isDay(date)) problems.birthDate = t('Please enter your date of birth: day, month and year.');
  else if (Date.parse(date) > Date.now())
    problems.birthDate = t('This date is still to come. Please check the year.');
  const contact = contactOf(values.contact ?? '');
  if (!contact) problems.contact = t('Please enter a whole e-mail address or phone number.');
  else if (contact.channel === 'sms' && !canText)
    problems.contact = t('Please enter an e-mail address: this clinic sends no text messages.');
  return problems;
}
