/** Pages of signing in. */
import QRCode from 'qrcode';
import { totpUri } from '../accounts/totp.ts';
import type { Account } from '../storage/storage.ts';
import { fill, type Text, t } from '../words/text.ts';
import { type Html, html, Html as RawHtml } from './html.ts';
import { type PageSettings, page, textField } from './layout.ts';

export interface SignInView {
  readonly action: string;
  readonly clientName: string;
  readonly login?: string;
  readonly failure?: 'wrong' | 'throttled' | 'passkey';
  /** What was left empty. */
  readonly missing?: Readonly<Record<'login' | 'password', boolean>>;
}

const FAILURES: Readonly<Record<NonNullable<SignInView['failure']>, Text>> = {
  wrong: 'That username and password do not match. Check both and try again.',
  throttled:
    'Too many attempts. Wait a quarter of an hour, then try again; with a passkey you can sign in at once.',
  passkey: 'The passkey was not accepted. Try again, or use your password.',
};

export function signInPage(settings: PageSettings, view: SignInView): string {
  const failure =
    view.failure &&
    html`<p class="alert" role="alert" id="failure"><strong>${t('Not signed in.')}</strong> ${t(FAILURES[view.failure])}</p>`;
  return page(
    settings,
    t('Sign in'),
    html`<h1>${t('Sign in')}</h1>
<p class="muted">${t('to continue to {app}', { app: view.clientName })}</p>
${failure}
<form method="post" novalidate action="${view.action}/login">
${textField({ name: 'login', label: t('Username or e-mail'), autocomplete: 'username', value: view.login, problem: view.missing?.login ? t('Please enter your username or e-mail.') : undefined })}
${textField({ name: 'password', label: t('Password'), type: 'password', autocomplete: 'current-password', focus: view.failure !== undefined, problem: view.missing?.password ? t('Please enter your password.') : undefined })}
<button class="primary" type="submit">${t('Sign in')}</button>
</form>
${passkeyForm(view.action, t('Use a passkey instead'))}
<p class="links"><a href="/forgot-password">${t('Forgot password?')}</a> <a href="/forgot-username">${t('Forgot username?')}</a></p>
<p class="links">${t('New here?')} <a href="/sign-up">${t('Create an account')}</a></p>
${cancel(view.action)}`,
  );
}

/** Shown by the script, where the browser knows passkeys. */
function passkeyForm(action: string, label: string): Html {
  return html`<form method="post" novalidate action="${action}/passkey" class="aside" data-passkey="get" data-options="${action}/passkey-options" hidden>
<input type="hidden" name="credential"><button class="secondary" type="submit">${label}</button></form>`;
}

export interface SecondFactorView {
  readonly action: string;
  readonly account: Account;
  readonly failure?: 'empty' | 'wrong' | 'throttled';
}

const CODE_FAILURES: Readonly<Record<NonNullable<SecondFactorView['failure']>, Text>> = {
  empty: 'Please enter the code.',
  wrong: 'That code is not right, or was used before. Wait for the next one and try again.',
  throttled: 'Too many wrong codes. Wait a quarter of an hour, or use a passkey.',
};

export function secondFactorPage(settings: PageSettings, view: SecondFactorView): string {
  const hasPasskey = (view.account.passkeys ?? []).length > 0;
  const what = view.account.totp
    ? t('Enter the six digits that your authenticator app shows, or one of your recovery codes.')
    : t('Use your passkey, or enter one of your recovery codes.');
  return page(
    settings,
    t('Second step'),
    html`<h1>${t('Second step')}</h1><p>${what}</p>
${hasPasskey && passkeyForm(view.action, t('Use a passkey'))}
<form method="post" novalidate action="${view.action}/code">
${textField({ name: 'code', label: t('Code'), autocomplete: 'one-time-code', focus: true, problem: view.failure && t(CODE_FAILURES[view.failure]) })}
<button class="primary" type="submit">${t('Continue')}</button>
</form>
<form method="post" novalidate action="${view.action}/restart" class="aside"><button class="quiet" type="submit">${t('Use another account')}</button></form>`,
  );
}

const SET_UP_FAILURES = {
  empty: 'Please enter the code.',
  wrong: 'That code is not right. Check that the clock of your phone is right, and try the next code.',
} as const satisfies Readonly<Record<string, Text>>;

export interface SetUpFactorView {
  readonly account: Account;
  readonly secret: string;
  readonly action: string;
  readonly failure?: keyof typeof SET_UP_FAILURES | undefined;
  /** Where "not now" goes; absent where there is no way around it. */
  readonly restart?: string;
}

export async function setUpFactorPage(settings: PageSettings, view: SetUpFactorView): Promise<string> {
  const code = await QRCode.toString(totpUri(view.secret, settings.CLINIC_NAME, view.account.username), {
    type: 'svg',
    margin: 2,
  });
  const groups = (view.secret.match(/.{1,4}/g) ?? []).join(' ');
  return page(
    settings,
    t('Set up the second step'),
    html`<h1>${t('Set up the second step')}</h1>
<p>${t('Signing in takes a code from your phone as well as your password. Scan this with an authenticator app:')}</p>
<div class="qr" role="img" aria-label="${t('QR code for the authenticator app')}">${new RawHtml(code)}</div>
<p>${fill('No camera? Type this key into the app: {key}', { key: html`<code class="key">${groups}</code>` })}</p>
<form method="post" novalidate action="${view.action}">
${textField({ name: 'code', label: t('The six digits that the app shows'), autocomplete: 'one-time-code', inputmode: 'numeric', focus: true, problem: view.failure && t(SET_UP_FAILURES[view.failure]) })}
<button class="primary" type="submit">${t('Turn on')}</button>
</form>
${view.restart && html`<form method="post" novalidate action="${view.restart}/restart" class="aside"><button class="quiet" type="submit">${t('Use another account')}</button></form>`}`,
  );
}

export interface RecoveryCodesView {
  readonly codes: readonly string[];
  readonly action: string;
  readonly method?: 'get' | 'post';
}

export function recoveryCodesPage(settings: PageSettings, view: RecoveryCodesView): string {
  return page(
    settings,
    t('Recovery codes'),
    html`<h1>${t('Keep these codes')}</h1>
<p>${t('Each lets you in once if your phone is lost. They are shown only now: print them, or write them down.')}</p>
<ul class="codes">${view.codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
<form method="${view.method ?? 'post'}" action="${view.action}"><button class="primary" type="submit">${t('I have kept them')}</button></form>`,
  );
}

export function cancel(action: string, label = t('Cancel')): Html {
  return html`<form method="post" novalidate action="${action}/abort" class="aside"><button class="quiet" type="submit">${label}</button></form>`;
}
