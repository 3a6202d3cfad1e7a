/** The account pages: one function a page, no JavaScript in any. The style sheet is /style.css of this server. */
import type { PatientName } from '../fhir/patient-names.ts';
import type { ScopeGroup } from '../smart/describe-scope.ts';
import { type Html, html, Html as RawHtml } from './html.ts';

export interface PageSettings {
  readonly CLINIC_NAME: string;
  readonly PORTAL_URL: string;
}

function page(settings: PageSettings, title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${settings.CLINIC_NAME}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body>
<div class="frame">
<header class="brand"><img src="/icon.svg" alt="" width="32" height="32"><span>${settings.CLINIC_NAME}</span></header>
<main class="card">${main}</main>
<footer><p>In an emergency call <a href="tel:911">911</a>.</p></footer>
</div>
</body>
</html>`.text;
}

export interface SignInView {
  readonly action: string;
  readonly clientName: string;
  readonly login?: string;
  readonly failure?: 'wrong' | 'throttled';
}

const FAILURES = {
  wrong: 'That username and password do not match. Check both and try again.',
  throttled: 'Too many attempts. Wait a quarter of an hour, then try again.',
};

export function signInPage(settings: PageSettings, view: SignInView): string {
  const alert =
    view.failure &&
    html`<p class="alert" role="alert" id="failure"><strong>Not signed in.</strong> ${FAILURES[view.failure]}</p>`;
  return page(
    settings,
    'Sign in',
    html`<h1>Sign in</h1>
<p class="muted">to continue to ${view.clientName}</p>
${alert}
<form method="post" action="${view.action}/login">
<label for="login">Username or e-mail</label>
<input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${view.login ?? ''}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="primary" type="submit">Sign in</button>
</form>
${cancel(view.action)}`,
  );
}

export interface ChoosePatientView {
  readonly action: string;
  readonly clientName: string;
  readonly patients: readonly PatientName[];
}

export function choosePatientPage(settings: PageSettings, view: ChoosePatientView): string {
  const choices = view.patients.map(
    (
      patient,
      i,
    ) => html`<label class="choice"><input type="radio" name="patient" value="${patient.id}" required ${i === 0 ? html`checked` : undefined}>
<span><strong>${patient.name}</strong>${patient.birthDate && html`<small>born ${patient.birthDate}</small>`}</span></label>`,
  );
  return page(
    settings,
    'Whose record?',
    html`<h1>Whose record?</h1>
<p class="muted">${view.clientName} opens one record at a time.</p>
<form method="post" action="${view.action}/patient"><fieldset><legend class="hidden">Whose record</legend>${choices}</fieldset>
<button class="primary" type="submit">Continue</button></form>
${cancel(view.action)}`,
  );
}

export interface ConsentView {
  readonly action: string;
  readonly clientName: string;
  readonly clientUri: string | undefined;
  readonly trusted: boolean;
  readonly patientName: string | undefined;
  readonly groups: readonly ScopeGroup[];
}

export function consentPage(settings: PageSettings, view: ConsentView): string {
  const rows = view.groups.map(
    (
      group,
    ) => html`<label class="choice"><input type="checkbox" name="group" value="${group.name}" checked ${group.required ? html`disabled` : undefined}>
<span><strong>${group.title}</strong><small>${group.detail}</small></span></label>`,
  );
  return page(
    settings,
    'Allow access',
    html`<h1>Allow ${view.clientName} to use your record?</h1>
<p class="muted">${view.patientName && html`The record of <strong>${view.patientName}</strong>. `}${view.trusted ? 'This is the clinic’s own app.' : 'This app is not part of the clinic. What it does with the data is up to its makers.'}
${view.clientUri && html` Its site: ${view.clientUri}`}</p>
<form method="post" action="${view.action}/consent">
<fieldset><legend>It asks to see</legend>${rows}</fieldset>
<p class="muted">Untick what you do not want to share. You can disconnect the app at any time.</p>
<button class="primary" type="submit">Allow</button>
</form>
${cancel(view.action, 'Do not allow')}`,
  );
}

function cancel(action: string, label = 'Cancel'): Html {
  return html`<form method="post" action="${action}/abort" class="aside"><button class="quiet" type="submit">${label}</button></form>`;
}

export function errorPage(settings: PageSettings, error: string, description: string | undefined): string {
  return page(
    settings,
    'That did not work',
    html`<h1>That did not work</h1>
<p>The app’s request could not be completed, and nothing was shared.</p>
<p class="muted"><code>${error}</code>${description && html`: ${description}`}</p>
<p><a class="button" href="${settings.PORTAL_URL}">Go to the portal</a></p>`,
  );
}

/** `form` is oidc-provider's own hidden form (id `op.logoutForm`), its only markup we take over. */
export function signOutPage(settings: PageSettings, form: string): string {
  return page(
    settings,
    'Sign out',
    html`<h1>Sign out?</h1><p>You will be signed out on this device.</p>${new RawHtml(form)}
<button class="primary" type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button>
<p><a href="${settings.PORTAL_URL}">Stay signed in</a></p>`,
  );
}

export function signedOutPage(settings: PageSettings): string {
  return page(
    settings,
    'Signed out',
    html`<h1>You are signed out</h1><p>It is safe to close this page.</p><p><a class="button" href="${settings.PORTAL_URL}">Sign in again</a></p>`,
  );
}

export function homePage(settings: PageSettings): string {
  return page(
    settings,
    'Accounts',
    html`<h1>${settings.CLINIC_NAME}</h1><p>This is where you sign in to your health record.</p>
<p><a class="button" href="${settings.PORTAL_URL}">Go to the portal</a></p>`,
  );
}
