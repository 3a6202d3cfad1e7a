/** Pages for developers: the launcher, and the outbox. */
import type { PatientName, Visit } from '../fhir/shown.ts';
import type { SentMessage } from '../messages/delivery.ts';
import type { StoredClient } from '../provider/clients.ts';
import { type Html, html } from './html.ts';
import { alert, type PageSettings, page, textField, when } from './layout.ts';

export interface LauncherView {
  readonly apps: readonly StoredClient[];
  readonly query: string;
  readonly patients: readonly PatientName[];
  readonly patient: string;
  readonly visits: readonly Visit[];
  readonly problem: string | undefined;
  /** The form of a new app, as it was filled in. */
  readonly values: Readonly<Record<string, string>>;
}

export function launcherPage(settings: PageSettings, view: LauncherView): string {
  return page(
    settings,
    'App launcher',
    html`<h1>App launcher</h1>
<p>Starts an app as an EHR would, with a patient of the demonstration data. Register your app with a <code>launch_url</code> first; docs/APPS.md tells how. What the accounts sent is in the <a href="/developers/outbox">outbox</a>.</p>
<form method="get" action="/developers" role="search">
${textField({ name: 'q', label: '1. Find a patient, by name or birth date', value: view.query })}
<button class="secondary" type="submit">Search</button></form>
${view.patients.length > 0 && html`<ul class="plain">${view.patients.map(patientLink)}</ul>`}
${launchForm(view)}
<section aria-labelledby="add"><h2 id="add">Add an app</h2>${alert(view.problem)}
<p class="muted">A public app, which may ask a person for anything. Its client id is then shown in the list above; other kinds of apps register by themselves.</p>
<form method="post" novalidate action="/developers/apps">
${textField({ name: 'client_name', label: 'Name', value: view.values.client_name })}
${textField({ name: 'launch_url', label: 'Launch address', value: view.values.launch_url, hint: 'https, or http on this machine: http://localhost:9000/launch.html' })}
${textField({ name: 'redirect_uri', label: 'Redirect address', value: view.values.redirect_uri, hint: 'http://localhost:9000/' })}
<button class="secondary" type="submit">Add the app</button></form></section>`,
    { wide: true },
  );
}

const patientLink = ({ id, name, birthDate }: PatientName): Html =>
  html`<li><a href="/developers?patient=${encodeURIComponent(id)}">${name}</a>${birthDate && `, born ${birthDate}`}</li>`;

function launchForm({ apps, patient, visits }: LauncherView): Html {
  if (apps.length === 0) return html`<p role="status">No app with a launch_url is registered yet.</p>`;
  return html`<form method="post" novalidate action="/developers/launch">
<input type="hidden" name="patient" value="${patient}">
<label for="app">2. App</label>
<select id="app" name="app">${apps.map(({ client_id: id, client_name: name }) => html`<option value="${id}">${name ?? id} (${id})</option>`)}</select>
<label for="encounter">3. Visit</label>
<select id="encounter" name="encounter"><option value="">none</option>${visits.map(({ id, title, date }) => html`<option value="${id}">${date ?? ''} ${title}</option>`)}</select>
<label class="choice"><input type="checkbox" name="banner" value="yes" checked><span>The app shows who the patient is (need_patient_banner)</span></label>
<button class="primary" type="submit">Launch${patient && ` with ${patient}`}</button></form>`;
}

export function outboxPage(settings: PageSettings, sent: readonly SentMessage[]): string {
  const rows = sent.map(
    (
      message,
    ) => html`<li><h2>${message.channel === 'email' ? message.subject : 'Text message'}</h2><small>${when(message.at)}, to ${message.to}</small>
<pre>${linked(message.text)}</pre></li>`,
  );
  return page(
    settings,
    'Outbox',
    html`<h1>Outbox</h1><p>What accounts and notices sent in the last day. It is here only because this server is one of developers.</p>
${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : html`<p>Nothing yet.</p>`}`,
    { wide: true },
  );
}

/** Links of our own in a text can be followed. */
function linked(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s“”]+)/);
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`))}`;
}
