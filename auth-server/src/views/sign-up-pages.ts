/** Pages of sign-up, in three steps; and those of a forgotten password or username. */
import type { Criterion } from '../accounts/password-policy.ts';
import { fill, type Text, t } from '../words/text.ts';
import { type Html, html } from './html.ts';
import { alert, dayOf, notice, type PageSettings, page, textField } from './layout.ts';

export type Problems = Readonly<Record<string, string | undefined>>;

export interface WhoView {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Problems;
  readonly canText: boolean;
}

export function whoAreYouPage(settings: PageSettings, { values, problems, canText }: WhoView): string {
  const field = (name: string, label: Text, more: object = {}): Html =>
    textField({ name, label: t(label), value: values[name], problem: problems[name], ...more });
  return page(
    settings,
    t('Create an account'),
    html`<h1>${t('Create an account')}</h1>
<p class="muted">${t('Step 1 of 3: who you are, as the clinic knows you')}</p>
${alert(problems.form)}
<form method="post" novalidate action="/sign-up">
${field('given', 'First name', { autocomplete: 'given-name' })}
${field('family', 'Last name', { autocomplete: 'family-name' })}
${field('birthDate', 'Date of birth', { type: 'date', autocomplete: 'bday' })}
${field('contact', canText ? 'E-mail or mobile number' : 'E-mail', {
  autocomplete: 'email',
  hint: t(
    'One that the clinic has on record for you, unless you have an activation code. We send a code to it.',
  ),
})}
${field('activationCode', 'Activation code', { optional: true, hint: t('If the clinic gave you one, such as 7KQ2-M4TR-9XWB.') })}
<button class="primary" type="submit">${t('Continue')}</button>
</form>
<p class="links">${t('You have an account?')} <a href="${settings.PORTAL_URL}">${t('Sign in')}</a></p>`,
  );
}

export interface CodeView {
  readonly action: string;
  readonly contact: string;
  readonly clinicContact: string;
  readonly failure: keyof typeof CODE_FAILURES | undefined;
}

const CODE_FAILURES = {
  empty: 'Please enter the code.',
  wrong: 'That code is not right, or is over. Check the newest message, or start again.',
} as const satisfies Readonly<Record<string, Text>>;

export function enterCodePage(settings: PageSettings, view: CodeView): string {
  return page(
    settings,
    t('Enter the code'),
    html`<h1>${t('Enter the code')}</h1>
<p class="muted">${t('Step 2 of 3')}</p>
<p>${fill('If what you entered matches our records, a code of six digits is on its way to {contact}. It is good for 10 minutes.', { contact: html`<strong>${view.contact}</strong>` })}</p>
<form method="post" novalidate action="${view.action}">
${textField({ name: 'code', label: t('Code'), autocomplete: 'one-time-code', inputmode: 'numeric', focus: true, problem: view.failure && t(CODE_FAILURES[view.failure]) })}
<button class="primary" type="submit">${t('Continue')}</button>
</form>
<p class="muted">${t('Nothing came? Check what you entered, or ask {clinic} for an activation code.', { clinic: view.clinicContact })}</p>
<p class="links"><a href="/sign-up?again=1">${t('Look at what I entered')}</a> <a href="/sign-up">${t('Start again')}</a></p>`,
  );
}

export interface NewLoginView {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Problems;
  readonly criteria: readonly Criterion[];
  readonly unmet: readonly string[];
  readonly asksEmail: boolean;
  readonly termsVersion: string;
}

export function newLoginPage(settings: PageSettings, view: NewLoginView): string {
  const { problems } = view;
  return page(
    settings,
    t('Choose how to sign in'),
    html`<h1>${t('Choose how to sign in')}</h1>
<p class="muted">${t('Step 3 of 3')}</p>
${alert(problems.form)}
<form method="post" novalidate action="/sign-up/login">
${newLoginFields(view)}
<button class="primary" type="submit">${t('Create the account')}</button>
</form>`,
  );
}

/** Username, password and terms; the e-mail where it is not known. */
export function newLoginFields(view: NewLoginView): Html {
  const { values, problems } = view;
  return html`${textField({ name: 'username', label: t('Username'), autocomplete: 'username', value: values.username, problem: problems.username, hint: t('3 to 64 small letters, digits, dots, dashes') })}
${view.asksEmail && textField({ name: 'email', label: t('E-mail'), type: 'email', autocomplete: 'email', value: values.email, problem: problems.email })}
${newPasswordFields(view)}
<label class="choice"><input type="checkbox" name="terms" value="yes" required ${values.terms && html`checked`} ${problems.terms && html`autofocus aria-invalid="true" aria-describedby="terms-problem"`}>
<span>${fill('I accept the {terms} of {version}', { terms: html`<a href="/terms" target="_blank" rel="noopener">${t('terms of use')}</a>`, version: dayText(view.termsVersion) })}</span></label>
${problems.terms && html`<p class="problem" id="terms-problem">${problems.terms}</p>`}`;
}

export interface NewPasswordView {
  readonly criteria: readonly Criterion[];
  /** Names of those that it does not meet. */
  readonly unmet: readonly string[];
  /** What is wrong elsewhere in the form. */
  readonly problems?: Problems;
}

/**
 * The criteria are ticked by the script as one types; without it they are checked when the form is sent. A page never says a password: where something else was wrong the script keeps what was typed, and
 * without it the password is asked for again.
 */
/** Beside that everybody else is signed out (provider/standing.ts). */
export const NEW_PASSWORD_ENDS: Text =
  'Calendar addresses and shared links that were made in the portal end with it, and devices are told of news no more. Set up again what you want to keep.';

export function newPasswordFields({ criteria, unmet, problems = {} }: NewPasswordView): Html {
  const isAskedAgain = unmet.length === 0 && Object.values(problems).some(Boolean);
  const rows = criteria.map(
    ({ name, text, pattern }) =>
      html`<li class="${unmet.includes(name) ? 'unmet' : ''}" ${pattern && html`data-pattern="${pattern}"`}>${text}<span class="state">${unmet.includes(name) && ` – ${t('not yet')}`}</span></li>`,
  );
  const extra = unmet.includes('breached')
    ? t('This password is in a list of stolen passwords. Choose another.')
    : unmet.includes('too-long')
      ? t('This password is too long.')
      : undefined;
  const described = [
    'password-criteria',
    unmet.length > 0 && 'password-problem',
    isAskedAgain && 'password-again',
  ].filter(Boolean);
  return html`<label for="password">${t('New password')}</label>
${isAskedAgain && html`<p class="hint" id="password-again">${t('Please type the new password once more.')}</p>`}
${unmet.length > 0 && html`<p class="problem" id="password-problem">${extra ?? t('The password does not meet all of these yet:')}</p>`}
<ul class="criteria" id="password-criteria" data-criteria="password" aria-label="${t('The password has')}">${rows}</ul>
<input id="password" name="password" type="password" autocomplete="new-password" required maxlength="256" aria-describedby="${described.join(' ')}" ${unmet.length > 0 && html`aria-invalid="true" autofocus`}>`;
}

export interface ForgottenView {
  readonly kind: 'password' | 'username';
  readonly state: 'ask' | 'missing' | 'sent' | 'throttled';
  /** As it was typed. */
  readonly login?: string;
}

const FORGOTTEN: Readonly<
  Record<ForgottenView['kind'], Readonly<Record<'title' | 'text' | 'label' | 'missing' | 'sent', Text>>>
> = {
  password: {
    title: 'Forgot your password?',
    text: 'Enter your username or e-mail, and we send you a link to choose a new one.',
    label: 'Username or e-mail',
    missing: 'Please enter your username or e-mail.',
    sent: 'If there is such an account, a link is on its way to its e-mail address. It is good for 30 minutes, and once.',
  },
  username: {
    title: 'Forgot your username?',
    text: 'Enter the e-mail address of your account, and we send the username to it.',
    label: 'E-mail',
    missing: 'Please enter a whole e-mail address.',
    sent: 'If there is an account with this address, its username is on its way.',
  },
};

export function forgottenPage(settings: PageSettings, { kind, state, login }: ForgottenView): string {
  const words = FORGOTTEN[kind];
  const form = html`<form method="post" novalidate action="/forgot-${kind}">
${textField({ name: 'login', label: t(words.label), autocomplete: kind === 'password' ? 'username' : 'email', value: login, problem: state === 'missing' ? t(words.missing) : undefined })}
<button class="primary" type="submit">${t('Send')}</button></form>`;
  return page(
    settings,
    t(words.title),
    html`<h1>${t(words.title)}</h1>
${alert(state === 'throttled' ? t('Too many requests from here. Please try again in an hour.') : undefined)}
${state === 'sent' ? notice(t(words.sent)) : html`<p>${t(words.text)}</p>${form}`}
<p class="links"><a href="${settings.PORTAL_URL}">${t('Back to the portal')}</a></p>`,
  );
}

/** Apps that go on without the person: whoever takes the account back is asked whether they let them in themself. */
export interface AppsAsked {
  readonly has: boolean;
  readonly keeps: boolean;
}

export const keepAppsField = ({ has, keeps }: AppsAsked): Html | false =>
  has &&
  html`<label class="choice"><input type="checkbox" name="keep-apps" value="yes" ${keeps && html`checked`} aria-describedby="keep-apps-hint">
<span>${t('Keep the apps connected that I have allowed access while I am away')}</span></label>
<p class="hint" id="keep-apps-hint">${t('If somebody else may have been in your account, leave it empty: they may have connected an app. Those that end are in the list of connected apps.')}</p>`;

export interface ResetView {
  readonly token: string;
  readonly apps: AppsAsked;
  readonly criteria: readonly Criterion[];
  readonly unmet: readonly string[];
}

export function resetPasswordPage(
  settings: PageSettings,
  { token, apps, criteria, unmet }: ResetView,
): string {
  return page(
    settings,
    t('Choose a new password'),
    html`<h1>${t('Choose a new password')}</h1>
<p class="muted">${t('You will be signed out everywhere else.')} ${t(NEW_PASSWORD_ENDS)}</p>
<form method="post" novalidate action="/reset-password"><input type="hidden" name="token" value="${token}">
${newPasswordFields({ criteria, unmet })}
${keepAppsField(apps)}
<button class="primary" type="submit">${t('Save')}</button></form>`,
  );
}

/** Of a day, in words. */
const versionText = (version: string): string =>
  dayText(version) === version
    ? t('Version {version}', { version })
    : t('Version of {day}', { day: dayText(version) });

/** `2026-11-01` in words; what is no day stays as it is. */
const dayText = (version: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(version) && !Number.isNaN(Date.parse(version))
    ? dayOf(Date.parse(version))
    : version;

export function termsPage(settings: PageSettings, version: string, text: string): string {
  const paragraphs = text.split(/\n{2,}/).map((each) => html`<p>${each.trim()}</p>`);
  return page(
    settings,
    t('Terms of use'),
    html`<h1>${t('Terms of use')}</h1><p class="muted">${versionText(version)}</p>${paragraphs}`,
    { wide: true },
  );
}
