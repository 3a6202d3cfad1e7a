/** The pages of one's own account. */
import type { Criterion } from '../accounts/password-policy.ts';
import type { SignedInSession } from '../accounts/sessions.ts';
import type { Account, AuditEvent } from '../storage/storage.ts';
import { type Html, html } from './html.ts';
import {
  alert,
  buttonForm,
  notice,
  type PageOptions,
  type PageSettings,
  page,
  textField,
  when,
} from './layout.ts';
import { newPasswordFields } from './sign-up-pages.ts';

export interface AccountView {
  readonly account: Account;
  readonly done?: string | undefined;
  readonly problem?: string | undefined;
}

const options = ({ account }: AccountView, menu: string, more: PageOptions = {}): PageOptions => ({
  menu,
  isAdministrator: account.role === 'administrator',
  ...more,
});

const messages = ({ done, problem }: AccountView): Html => html`${notice(done)}${alert(problem)}`;

export function overviewPage(settings: PageSettings, view: AccountView): string {
  const { account } = view;
  const factors = [
    account.totp && 'authenticator app',
    (account.passkeys ?? []).length > 0 && 'passkey',
  ].filter(Boolean);
  return page(
    settings,
    'Your account',
    html`<h1>${account.displayName}</h1>${messages(view)}
<dl>
<dt>Username</dt><dd>${account.username}</dd>
<dt>E-mail</dt><dd>${account.email}</dd>
<dt>Mobile phone</dt><dd>${account.phone ?? 'none'}</dd>
<dt>Second step of signing in</dt><dd>${factors.length > 0 ? factors.join(', ') : 'off'}</dd>
</dl>
<p><a class="button" href="${settings.PORTAL_URL}">Open the health portal</a></p>
${buttonForm('/account/sign-out', 'Sign out', {}, 'quiet')}`,
    options(view, '/account'),
  );
}

export interface SecurityView extends AccountView {
  readonly criteria: readonly Criterion[];
  readonly unmet: readonly string[];
}

export function securityPage(settings: PageSettings, view: SecurityView): string {
  const { account } = view;
  return page(
    settings,
    'Password and sign-in',
    html`<h1>Password and sign-in</h1>${messages(view)}
<section aria-labelledby="password-title"><h2 id="password-title">Password</h2>
<form method="post" action="/account/password">
<input type="text" name="username" value="${account.username}" autocomplete="username" hidden>
${currentPassword('password-now')}
${newPasswordFields(view.criteria, view.unmet)}
<button class="primary" type="submit">Change the password</button></form></section>
<section aria-labelledby="totp-title"><h2 id="totp-title">Authenticator app</h2>${totpPart(account)}</section>
<section aria-labelledby="passkeys-title"><h2 id="passkeys-title">Passkeys</h2>${passkeyPart(account)}</section>
<section aria-labelledby="codes-title"><h2 id="codes-title">Recovery codes</h2>
<p>${account.recoveryCodes?.length ?? 0} left. New ones take the place of the old.</p>
<form method="post" action="/account/recovery-codes">${currentPassword('codes-password')}<button class="secondary" type="submit">Make new codes</button></form></section>`,
    options(view, '/account/security', { script: true }),
  );
}

function currentPassword(id: string): Html {
  return html`<label for="${id}">Current password</label><input id="${id}" name="current" type="password" autocomplete="current-password" required>`;
}

function totpPart(account: Account): Html {
  if (!account.totp)
    return html`<p>Signing in then takes a code from your phone as well.</p>
<form method="post" action="/account/totp">${currentPassword('totp-password')}<button class="secondary" type="submit">Set up</button></form>`;
  return html`<p>On.</p><form method="post" action="/account/totp/remove">${currentPassword('totp-password')}<button class="secondary" type="submit">Turn off</button></form>`;
}

function passkeyPart({ passkeys = [] }: Account): Html {
  const rows = passkeys.map(
    ({
      id,
      name,
      createdAt,
      lastUsedAt,
    }) => html`<li><strong>${name}</strong><small>added ${when(createdAt)}${lastUsedAt !== undefined && html`, last used ${when(lastUsedAt)}`}</small>
<form method="post" action="/account/passkeys/remove"><input type="hidden" name="id" value="${id}">${currentPassword(`remove-${id}`)}<button class="secondary" type="submit">Remove ${name}</button></form></li>`,
  );
  return html`<p>A passkey signs you in with your fingerprint, your face or the lock of your device: no password to guess or to forget.</p>
${rows.length > 0 && html`<ul class="rows">${rows}</ul>`}
<form method="post" action="/account/passkeys" data-passkey="create" data-options="/account/passkey-options" hidden>
${textField({ name: 'name', label: 'Name of the new passkey', hint: 'For example: my phone' })}
${currentPassword('passkey-password')}
<input type="hidden" name="credential"><button class="secondary" type="submit">Add a passkey</button></form>
<p class="muted" data-without-passkeys>Adding a passkey needs a browser that knows them, with JavaScript.</p>`;
}

export interface ContactView extends AccountView {
  readonly canText: boolean;
  readonly phoneCode: boolean;
}

export function contactPage(settings: PageSettings, view: ContactView): string {
  const { account } = view;
  return page(
    settings,
    'Contact',
    html`<h1>Contact</h1>${messages(view)}
<section aria-labelledby="email-title"><h2 id="email-title">E-mail</h2><p>${account.email}</p>
<form method="post" action="/account/email">
${textField({ name: 'email', label: 'New e-mail', type: 'email', autocomplete: 'email', hint: 'It changes when you open the link that we send to it. The old address is told.' })}
${currentPassword('email-password')}
<button class="secondary" type="submit">Change the e-mail</button></form></section>
<section aria-labelledby="phone-title"><h2 id="phone-title">Mobile phone</h2><p>${account.phone ?? 'None yet.'}</p>
${view.phoneCode ? phoneCodeForm() : view.canText ? phoneForm() : html`<p class="muted">This clinic sends no text messages.</p>`}</section>`,
    options(view, '/account/contact'),
  );
}

function phoneForm(): Html {
  return html`<form method="post" action="/account/phone">
${textField({ name: 'phone', label: 'New mobile number', type: 'tel', autocomplete: 'tel' })}
${currentPassword('phone-password')}
<button class="secondary" type="submit">Send a code to it</button></form>`;
}

function phoneCodeForm(): Html {
  return html`<form method="post" action="/account/phone/code">
${textField({ name: 'code', label: 'The code that we sent to the new number', autocomplete: 'one-time-code', inputmode: 'numeric' })}
<button class="secondary" type="submit">Confirm</button></form>`;
}

export interface ShownApp {
  readonly clientId: string;
  readonly name: string;
  readonly may: readonly string[];
  readonly patients: readonly string[];
  readonly since: number;
  readonly lastUsedAt: number;
}

export function appsPage(
  settings: PageSettings,
  view: AccountView & { readonly apps: readonly ShownApp[] },
): string {
  const rows = view.apps.map(
    (app) => html`<li><h2>${app.name}</h2>
<p>${app.patients.length > 0 && html`The record of ${app.patients.join(', ')}. `}It may use: ${app.may.join(', ')}.</p>
<p class="muted">Allowed ${when(app.since)}. Last used ${when(app.lastUsedAt)}.</p>
${buttonForm('/account/apps/disconnect', `Disconnect ${app.name}`, { client: app.clientId }, 'secondary')}</li>`,
  );
  return page(
    settings,
    'Connected apps',
    html`<h1>Connected apps</h1>${messages(view)}
${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : html`<p>No app outside of the clinic has access to your record.</p>`}`,
    options(view, '/account/apps'),
  );
}

export interface SessionsView extends AccountView {
  readonly sessions: readonly SignedInSession[];
  readonly currentUid: string;
}

export function sessionsPage(settings: PageSettings, view: SessionsView): string {
  const rows = view.sessions.map(({ uid, device, firstSeen, lastSeen }) => {
    const isThis = uid === view.currentUid;
    return html`<li><strong>${device}</strong>${isThis && ' (this one)'}<small>signed in ${when(firstSeen)}, last seen ${when(lastSeen)}</small>
${!isThis && buttonForm('/account/sessions/end', `Sign out ${device}`, { uid }, 'secondary')}</li>`;
  });
  return page(
    settings,
    'Devices',
    html`<h1>Where you are signed in</h1>${messages(view)}<ul class="rows">${rows}</ul>
${buttonForm('/account/sessions/end-all', 'Sign out everywhere', {}, 'secondary')}
<p class="muted">Apps that you allowed access while you are away stay connected; they are under <a href="/account/apps">Connected apps</a>.</p>`,
    options(view, '/account/sessions'),
  );
}

export function historyPage(
  settings: PageSettings,
  view: AccountView & { readonly events: readonly AuditEvent[] },
): string {
  const rows = view.events.map(
    ({ at, event, clientId, address }) =>
      html`<tr><td>${when(at)}</td><td>${event}</td><td>${clientId ?? ''}</td><td>${address ?? ''}</td></tr>`,
  );
  return page(
    settings,
    'History',
    html`<h1>What happened with your account</h1>
<p class="muted">If you do not know something here, change your password and sign out everywhere.</p>
<div class="scroll" tabindex="0" role="region" aria-label="History"><table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">App</th><th scope="col">From</th></tr></thead><tbody>${rows}</tbody></table></div>`,
    options(view, '/account/history', { wide: true }),
  );
}
