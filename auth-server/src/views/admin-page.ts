/** The administrator's page: apps, accounts, keys, the newest of the audit log. */
import type { StoredClient } from '../provider/clients.ts';
import type { Account, AuditEvent } from '../storage/storage.ts';
import { type Html, html } from './html.ts';
import { alert, buttonForm, notice, type PageSettings, page, textField, when } from './layout.ts';

export interface AdminView {
  readonly account: Account;
  readonly clients: readonly StoredClient[];
  readonly accounts: readonly Account[];
  readonly query: string;
  readonly keys: readonly string[];
  readonly events: readonly AuditEvent[];
  readonly result: string | undefined;
  readonly problem: string | undefined;
}

const act = (name: string, label: string, subject: string): Html =>
  buttonForm('/admin', label, { act: name, subject }, 'secondary');

export function adminPage(settings: PageSettings, view: AdminView): string {
  return page(
    settings,
    'Administration',
    html`<h1>Administration</h1>${notice(view.result)}${alert(view.problem)}
<section aria-labelledby="apps"><h2 id="apps">Registered apps</h2>
${view.clients.length > 0 ? html`<ul class="rows">${view.clients.map(clientRow)}</ul>` : html`<p>None yet.</p>`}</section>
<section aria-labelledby="accounts"><h2 id="accounts">Accounts</h2>
<form method="get" action="/admin" role="search">${textField({ name: 'q', label: 'Username or e-mail', value: view.query })}<button class="secondary" type="submit">Search</button></form>
${view.query !== '' && (view.accounts.length > 0 ? html`<ul class="rows">${view.accounts.map(accountRow)}</ul>` : html`<p role="status">Nobody was found.</p>`)}
<form method="post" novalidate action="/admin"><input type="hidden" name="act" value="activation-code">
${textField({ name: 'subject', label: 'Activation code for', hint: 'Patient/id, or RelatedPerson/id for a parent or carer' })}
<button class="secondary" type="submit">Make an activation code</button></form></section>
<section aria-labelledby="keys"><h2 id="keys">Signing keys</h2>
<ol>${view.keys.map((kid, i) => html`<li><code>${kid}</code> ${i === 0 && '(signs now)'}</li>`)}</ol>${act('rotate-keys', 'Rotate the keys', '')}</section>
<section aria-labelledby="log"><h2 id="log">Newest in the log</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Audit log"><table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Account</th><th scope="col">App</th></tr></thead>
<tbody>${view.events.map(eventRow)}</tbody></table></div></section>`,
    { menu: '/admin', isAdministrator: true, wide: true },
  );
}

const STATES = {
  disabled: 'disabled',
  pending: 'waits for approval',
  unreviewed: 'registered itself, for patients’ own data',
  approved: 'approved',
};

function clientRow(client: StoredClient): Html {
  const { client_id: id, client_name: name = id, status, disabled } = client;
  const state = STATES[disabled ? 'disabled' : (status ?? 'approved')];
  return html`<li><h3>${name}</h3><small><code>${id}</code> – ${state}</small>
<p>Asks for: ${client.smart_scope ?? 'whatever a person allows'}</p>
<p class="muted">${client.token_endpoint_auth_method === 'none' ? 'public' : client.token_endpoint_auth_method} · ${(client.redirect_uris ?? []).join(' ')}</p>
${status !== 'approved' && act('approve-app', `Approve ${name}`, id)}
${client.client_secret !== undefined && act('rotate-secret', `New secret for ${name}`, id)}
${disabled ? act('enable-app', `Enable ${name}`, id) : act('disable-app', `Disable ${name}`, id)}</li>`;
}

function accountRow(account: Account): Html {
  const { username, role, persons, disabled } = account;
  return html`<li><h3>${username}</h3><small>${role} · ${persons.join(' ')}${disabled && ' · disabled'}</small>
${act('unlock', `Unlock ${username}`, username)}
${act('reset-factor', `Reset second factor of ${username}`, username)}
${act('sign-out', `Sign ${username} out everywhere`, username)}
${act('require-factor', `Require second factor of ${username}`, username)}
${disabled ? act('enable-account', `Enable ${username}`, username) : act('disable-account', `Disable ${username}`, username)}</li>`;
}

const eventRow = ({ at, event, accountId, clientId }: AuditEvent): Html =>
  html`<tr><td>${when(at)}</td><td>${event}</td><td>${accountId ?? ''}</td><td>${clientId ?? ''}</td></tr>`;
