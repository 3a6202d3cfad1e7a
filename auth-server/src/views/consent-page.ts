/** The page that asks whether an app may have what it asks for. It works by ticking and unticking alone. */
import type { ScopeGroup } from '../smart/describe-scope.ts';
import { fill, t } from '../words/text.ts';
import { type Html, html } from './html.ts';
import { type PageSettings, page } from './layout.ts';
import { cancel } from './sign-in-pages.ts';

const QUESTIONS = {
  own: 'Allow {app} to use your record?',
  another: 'Allow {app} to use this record?',
  several: 'Allow {app} to use the records you may see?',
} as const;

export interface ConsentView {
  readonly action: string;
  readonly clientName: string;
  readonly client: {
    readonly clientUri?: string | undefined;
    readonly policyUri?: string | undefined;
    readonly tosUri?: string | undefined;
  };
  readonly trusted: boolean;
  readonly isApproved: boolean;
  readonly patientName: string | undefined;
  /** Their own, or of whom they act for; `several`: the app asks for records of several people, as staff see them. */
  readonly whose: keyof typeof QUESTIONS;
  readonly groups: readonly ScopeGroup[];
}

export function consentPage(settings: PageSettings, view: ConsentView): string {
  const { client, clientName } = view;
  return page(
    settings,
    t('Allow access'),
    html`<h1>${t(QUESTIONS[view.whose], { app: clientName })}</h1>
<p class="muted">${view.patientName && html`${fill('The record of {name}.', { name: html`<strong>${view.patientName}</strong>` })} `}${origin(view)}</p>
${links(client)}
<form method="post" novalidate action="${view.action}/consent">
${view.trusted ? ownApp(view.groups) : thirdParty(view.groups)}
<button class="primary" type="submit">${t('Allow')}</button>
</form>
${cancel(view.action, t('Do not allow'))}`,
  );
}

function thirdParty(groups: readonly ScopeGroup[]): Html {
  return html`<fieldset><legend>${t('It asks to see')}</legend>${groups.map(row)}</fieldset>
<p class="muted">${t('Untick what you do not want to share.')} ${duration(groups)} ${fill('You can disconnect the app at any time under {link}.', { link: html`<a href="/account/apps">${t('Connected apps')}</a>` })}</p>`;
}

/** The clinic has the data already: what its own app shows of it is there to be looked at, and to be unticked. */
function ownApp(groups: readonly ScopeGroup[]): Html {
  const rows = groups.map((group) => row({ ...group, parts: [] }));
  return html`<p>${t('It shows you what the clinic has on record. We ask this once.')}</p>
<details class="plain"><summary>${t('What it shows')}</summary><fieldset><legend class="hidden">${t('What it shows')}</legend>${rows}</fieldset></details>`;
}

function origin({ trusted, isApproved }: ConsentView): string {
  if (trusted) return t('This is the clinic’s own app.');
  const checked = isApproved
    ? ''
    : ` ${t('Its makers registered it themselves: the clinic has not checked who they are.')}`;
  return t('This app is not part of the clinic. What it does with the data is up to its makers.') + checked;
}

function links({ clientUri, policyUri, tosUri }: ConsentView['client']): Html | undefined {
  const all = [
    [clientUri, 'Its site'],
    [policyUri, 'Its privacy policy'],
    [tosUri, 'Its terms'],
  ] as const;
  const shown = all.flatMap(([address, title]) =>
    address === undefined
      ? []
      : [html`<li>${t(title)}: <a href="${address}" rel="noopener noreferrer">${address}</a></li>`],
  );
  return shown.length > 0 ? html`<ul class="plain">${shown}</ul>` : undefined;
}

const duration = (groups: readonly ScopeGroup[]): string =>
  groups.some(({ name }) => name === 'offline_access')
    ? t(
        'If you leave “Access while you are away” ticked, the app can read new data even when you are not using it.',
      )
    : t('The app’s access ends by itself, within hours.');

function row(group: ScopeGroup): Html {
  const line = html`<label class="choice"><input type="checkbox" name="group" value="${group.name}" checked ${group.required ? html`disabled` : undefined}>
<span><strong>${group.title}</strong><small>${group.detail}</small></span></label>`;
  if (group.parts.length === 0) return line;
  const parts = group.parts.map(
    ({ name, title }) =>
      html`<label class="choice part"><input type="checkbox" name="part" value="${name}"><span>${title}</span></label>`,
  );
  return html`${line}<details class="parts"><summary>${t('Share only some of “{group}”', { group: group.title })}</summary>
<p class="hint">${t('Untick “{group}” above, and tick what the app may have of it:', { group: group.title })}</p>${parts}</details>`;
}
