/** The pages of one's own account. */
import type { Criterion } from '../accounts/password-policy.ts';
import type { SignedInSession } from '../accounts/sessions.ts';
import type { Account, AuditEvent } from '../storage/storage.ts';
import { deviceWords } from '../words/device.ts';
import { fill, t } from '../words/text.ts';
import { eventWords } from './event-words.ts';
import { type Html, html } from './html.ts';
import {
  alert,
  askedForm,
  buttonForm,
  notice,
  type PageOptions,
  type PageSettings,
  page,
  textField,
  time,
} from './layout.ts';
import { type AppsAsked, keepAppsField, NEW_PASSWORD_ENDS, newPasswordFields } from './sign-up-pages.ts';

export interface AccountView {
  readonly account: Account;
  readonly done?: string | undefined;
  /** What is wrong with the page as a whole. */
  readonly problem?: string | undefined;
}

/** Forms that change how one signs in: their fields as they were typed, and what is wrong with each. */
export interface FormView {
  readonly values?: Readonly<Record<string, string>>;
  readonly problems?: Readonly<Record<string, string | undefined>>;
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
    account.totp && t('authenticator app'),
    (account.passkeys ?? []).length > 0 && t('passkey'),
  ].filter(Boolean);
  return page(
    settings,
    t('Your account'),
    html`<h1>${account.displayName}</h1>${messages(view)}
<dl>
<dt>${t('Username')}</dt><dd>${account.username}</dd>
<dt>${t('E-mail')}</dt><dd>${account.email}</dd>
<dt>${t('Mobile phone')}</dt><dd>${account.phone ?? t('None')}</dd>
<dt>${t('Second step of signing in')}</dt><dd>${factors.length > 0 ? factors.join(', ') : t('Off')}</dd>
</dl>
<p><a class="button" href="${settings.PORTAL_URL}">${t('Open the health portal')}</a></p>
${buttonForm('/account/sign-out', t('Sign out'), {}, 'quiet')}`,
    options(view, '/account'),
  );
}

export interface SecurityView extends AccountView, FormView {
  readonly apps: AppsAsked;
  readonly criteria: readonly Criterion[];
  readonly unmet: readonly string[];
}

/** One password field for all of the page: each button sends it, with what is its own. */
export function securityPage(settings: PageSettings, view: SecurityView): string {
  const { account } = view;
  return page(
    settings,
    t('Password and sign-in'),
    html`<h1>${t('Password and sign-in')}</h1>${messages(view)}
<form method="post" novalidate action="/account/password">
<input type="text" name="username" value="${account.username}" autocomplete="username" hidden>
${currentPassword(view)}
<section aria-labelledby="password-title"><h2 id="password-title">${t('Password')}</h2>
${newPasswordFields(view)}
<p class="muted">${t('You will be signed out everywhere else.')} ${t(NEW_PASSWORD_ENDS)}</p>
${keepAppsField(view.apps)}
<button class="primary" type="submit">${t('Change the password')}</button></section>
<section aria-labelledby="totp-title"><h2 id="totp-title">${t('Authenticator app')}</h2>${totpPart(account)}</section>
<section aria-labelledby="codes-title"><h2 id="codes-title">${t('Recovery codes')}</h2>
<p>${t('{count} left. New ones take the place of the old.', { count: account.recoveryCodes?.length ?? 0 })}</p>
${ownButton('/account/recovery-codes', t('Make new codes'))}</section>
<section aria-labelledby="passkeys-title"><h2 id="passkeys-title">${t('Passkeys')}</h2>${passkeyPart(account)}</section>
</form>
${addPasskeyForm(view)}`,
    options(view, '/account/security'),
  );
}

function currentPassword({ problems }: FormView): Html {
  return textField({
    name: 'current',
    label: t('Current password'),
    type: 'password',
    autocomplete: 'current-password',
    hint: t('For each change on this page.'),
    problem: problems?.current,
  });
}

/** Sends the form to an address of its own; what belongs to other buttons may be empty. */
const ownButton = (address: string, label: string, more?: Html): Html =>
  html`<button class="secondary" type="submit" formaction="${address}" formnovalidate ${more}>${label}</button>`;

function totpPart(account: Account): Html {
  return account.totp
    ? html`<p>${t('On.')}</p>${ownButton('/account/totp/remove', t('Turn off'))}`
    : html`<p>${t('Signing in then takes a code from your phone as well.')}</p>${ownButton('/account/totp', t('Set up'))}`;
}

function passkeyPart({ passkeys = [] }: Account): Html {
  const rows = passkeys.map(
    ({ id, name, createdAt, lastUsedAt }) => html`<li><strong>${name}</strong><small>${
      lastUsedAt === undefined
        ? fill('added {time}', { time: time(createdAt) })
        : fill('added {time}, last used {used}', { time: time(createdAt), used: time(lastUsedAt) })
    }</small>
${ownButton('/account/passkeys/remove', t('Remove {name}', { name }), html`name="id" value="${id}"`)}</li>`,
  );
  return html`<p>${t('A passkey signs you in with your fingerprint, your face or the lock of your device: no password to guess or to forget.')}</p>
${rows.length > 0 && html`<ul class="rows">${rows}</ul>`}`;
}

/** By the script, which hands the current password over. */
function addPasskeyForm({ values, problems }: FormView): Html {
  return html`<form method="post" novalidate action="/account/passkeys" data-passkey="create" data-options="/account/passkey-options" hidden>
${textField({ name: 'name', label: t('Name of the new passkey'), hint: t('For example: my phone'), value: values?.name, problem: problems?.name })}
<input type="hidden" name="current"><input type="hidden" name="credential"><button class="secondary" type="submit">${t('Add a passkey')}</button></form>
<p class="muted" data-without-passkeys>${t('Adding a passkey needs a browser that knows them, with JavaScript.')}</p>`;
}

export interface ContactView extends AccountView, FormView {
  readonly canText: boolean;
  readonly phoneCode: boolean;
}

export function contactPage(settings: PageSettings, view: ContactView): string {
  const { account, values, problems } = view;
  const phone = view.canText
    ? html`${textField({ name: 'phone', label: t('New mobile number'), type: 'tel', autocomplete: 'tel', value: values?.phone, problem: problems?.phone, blank: true })}
${ownButton('/account/phone', t('Send a code to it'))}`
    : html`<p class="muted">${t('This clinic sends no text messages.')}</p>`;
  return page(
    settings,
    t('Contact'),
    html`<h1>${t('Contact')}</h1>${messages(view)}
${view.phoneCode && phoneCodeForm(view)}
<form method="post" novalidate action="/account/email">
${currentPassword(view)}
<section aria-labelledby="email-title"><h2 id="email-title">${t('E-mail')}</h2><p>${account.email}</p>
${textField({ name: 'email', label: t('New e-mail'), type: 'email', autocomplete: 'email', value: values?.email, problem: problems?.email, blank: true, hint: t('It changes when you open the link that we send to it. The old address is told.') })}
<button class="secondary" type="submit">${t('Change the e-mail')}</button></section>
<section aria-labelledby="phone-title"><h2 id="phone-title">${t('Mobile phone')}</h2><p>${account.phone ?? t('None yet.')}</p>
${phone}</section></form>`,
    options(view, '/account/contact'),
  );
}

function phoneCodeForm({ problems }: FormView): Html {
  return html`<form method="post" novalidate action="/account/phone/code">
${textField({ name: 'code', label: t('The code that we sent to the new number'), autocomplete: 'one-time-code', inputmode: 'numeric', focus: true, problem: problems?.code })}
<button class="secondary" type="submit">${t('Confirm')}</button></form>`;
}

export interface ShownApp {
  readonly clientId: string;
  readonly name: string;
  readonly may: readonly string[];
  readonly patients: readonly string[];
  readonly since: number;
  readonly lastUsedAt: number;
}

export interface ShownEndedApp {
  readonly name: string;
  readonly since: number;
  readonly endedAt: number;
}

export function appsPage(
  settings: PageSettings,
  view: AccountView & { readonly apps: readonly ShownApp[]; readonly ended: readonly ShownEndedApp[] },
): string {
  const rows = view.apps.map(
    (app) => html`<li><h2>${app.name}</h2>
<p>${app.patients.length > 0 && `${t('The record of {names}.', { names: app.patients.join(', ') })} `}${t('It may use: {data}.', { data: app.may.join(', ') })}</p>
<p class="muted">${fill('Allowed {since}. Last used {used}.', { since: time(app.since), used: time(app.lastUsedAt) })}</p>
${askedForm('/account/apps/disconnect', t('Disconnect {app}', { app: app.name }), {
  follows: t(
    'It sees nothing of your record any more. To have it back, connect it again from the app itself.',
  ),
  hidden: { client: app.clientId },
  back: '/account/apps',
})}</li>`,
  );
  return page(
    settings,
    t('Connected apps'),
    html`<h1>${t('Connected apps')}</h1>${messages(view)}
${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : html`<p>${t('No app outside of the clinic has access to your record.')}</p>`}${view.ended.length > 0 && endedApps(view.ended)}`,
    options(view, '/account/apps'),
  );
}

const endedApps = (ended: readonly ShownEndedApp[]): Html => html`
<section aria-labelledby="ended-title"><h2 id="ended-title">${t('Disconnected when the account was taken back')}</h2>
<p class="muted">${t('They see nothing any more. Let in again, from the app itself, those that you know.')}</p>
<ul class="rows">${ended.map(({ name, since, endedAt }) => html`<li><strong>${name}</strong><small>${fill('Allowed {since}, disconnected {ended}', { since: time(since), ended: time(endedAt) })}</small></li>`)}</ul></section>`;

export interface SessionsView extends AccountView {
  readonly sessions: readonly SignedInSession[];
  readonly currentUid: string;
}

export function sessionsPage(settings: PageSettings, view: SessionsView): string {
  const rows = view.sessions.map(({ uid, device: known, firstSeen, lastSeen }) => {
    const device = deviceWords(known);
    const isThis = uid === view.currentUid;
    return html`<li><strong>${device}</strong>${isThis && ` ${t('(this one)')}`}<small>${fill('Signed in {first}, last seen {last}', { first: time(firstSeen), last: time(lastSeen) })}</small>
${
  !isThis &&
  askedForm('/account/sessions/end', t('Sign out {device}', { device }), {
    follows: t('Whoever is at it has to sign in there again, and news is to be turned on there again.'),
    hidden: { uid },
    back: '/account/sessions',
  })
}</li>`;
  });
  return page(
    settings,
    t('Devices'),
    html`<h1>${t('Where you are signed in')}</h1>${messages(view)}<ul class="rows">${rows}</ul>
${askedForm('/account/sessions/end-all', t('Sign out everywhere'), {
  follows: t('You are signed out here too, and on each device news is to be turned on again.'),
  back: '/account/sessions',
})}
<p class="muted">${t('Devices are told of news no more, until that is turned on again in the portal. Calendar addresses and shared links stay.')}</p>
<p class="muted">${t('A device that is signed out here is told of news no more. If you do not know it, change your password: that also ends calendar addresses, shared links and apps that may have been set up there.')}</p>
<p class="muted">${fill('Apps that you allowed access while you are away stay connected; they are under {link}.', { link: html`<a href="/account/apps">${t('Connected apps')}</a>` })}</p>`,
    options(view, '/account/sessions'),
  );
}

export function historyPage(
  settings: PageSettings,
  view: AccountView & {
    readonly events: readonly AuditEvent[];
    /** Names of the apps, by their ids. */
    readonly apps: ReadonlyMap<string, string>;
  },
): string {
  const rows = view.events.map(
    ({ at, event, clientId, address }) =>
      html`<li><strong>${eventWords(event)}</strong><small>${time(at)}${clientId !== undefined && html` · ${view.apps.get(clientId) ?? clientId}`}${address !== undefined && html` · ${t('from {address}', { address })}`}</small></li>`,
  );
  return page(
    settings,
    t('History'),
    html`<h1>${t('What happened with your account')}</h1>
<p class="muted">${t('If you do not know something here, change your password and sign out everywhere.')}</p>
<ul class="rows">${rows}</ul>`,
    options(view, '/account/history', { wide: true }),
  );
}
