/** The frame of every account page. The style sheet and the one script are files of this server; nothing comes from elsewhere. */
import { hoursLine } from '@wellspring/serving/opening-hours';
import { clinicContact, fill, language, readerPath, type Text, t } from '../words/text.ts';
import { type Html, html } from './html.ts';

export interface PageSettings {
  readonly CLINIC_NAME: string;
  readonly PORTAL_URL: string;
  readonly DESK_URL: string;
}

export interface PageOptions {
  /** For tables and lists: a wider card. */
  readonly wide?: boolean;
  /** The menu of the account pages, with the current one's address. */
  readonly menu?: string;
  /** Whoever is signed in may see the administration. */
  readonly isAdministrator?: boolean;
}

const MENU = [
  ['/account', 'Overview'],
  ['/account/security', 'Password and sign-in'],
  ['/account/contact', 'Contact'],
  ['/account/family', 'Family access'],
  ['/account/apps', 'Connected apps'],
  ['/account/sessions', 'Devices'],
  ['/account/history', 'History'],
] as const satisfies readonly (readonly [address: string, title: Text])[];

export function page(settings: PageSettings, title: string, main: Html, options: PageOptions = {}): string {
  return html`<!doctype html>
<html lang="${language()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${t('Your account at {clinic}: how you sign in, and who sees your record.', { clinic: settings.CLINIC_NAME })}">
<title>${title} · ${settings.CLINIC_NAME}</title>
<link rel="stylesheet" href="/style.css">
<link rel="preload" href="/font.woff2" as="font" type="font/woff2" crossorigin>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<script src="/account.js" defer></script>
</head>
<body>
<div class="frame${options.wide || options.menu ? ' wide' : ''}">
<header class="brand"><img src="/icon.svg" alt="" width="32" height="32"><span>${settings.CLINIC_NAME}</span></header>
${options.menu && menu(options.menu, options.isAdministrator === true)}
<main class="card">${main}</main>
<footer><p>${fill('In an emergency call {number}.', { number: html`<a href="tel:911">911</a>` })}</p><p><a href="${settings.PORTAL_URL}">${t('Health portal')}</a> · <a href="/terms">${t('Terms')}</a> · ${otherLanguage()}</p>${clinicLine(settings)}</footer>
</div>
</body>
</html>`.text;
}

/** Number, address and hours, as far as they are known: one tap to call. */
function clinicLine({ CLINIC_NAME }: PageSettings): Html | undefined {
  const { phone, address, hours: open = [] } = clinicContact() ?? {};
  const hours = hoursLine(open, language());
  if (phone === undefined && address === undefined && hours === '') return undefined;
  const call =
    phone && html`<a href="tel:${phone.replace(/[^\d+]/g, '')}">${t('Call {number}', { number: phone })}</a>`;
  return html`<p>${CLINIC_NAME}${call && html` · ${call}`}${address && html` · ${address}`}${hours !== '' && html` · <span class="whole">${hours}</span>`}</p>`;
}

/** The other language, named in itself. */
function otherLanguage(): Html {
  const [to, name] = language() === 'en' ? (['es', 'Español'] as const) : (['en', 'English'] as const);
  const address = `/language?${new URLSearchParams({ to, back: readerPath() })}`;
  return html`<a href="${address}" lang="${to}" hreflang="${to}">${name}</a>`;
}

function menu(current: string, isAdministrator: boolean): Html {
  const places: readonly (readonly [string, Text])[] = isAdministrator
    ? [...MENU, ['/admin', 'Administration']]
    : MENU;
  const links = places.map(
    ([address, title]) =>
      html`<li><a href="${address}" ${address === current ? html`aria-current="page"` : undefined}>${t(title)}</a></li>`,
  );
  return html`<nav class="menu" aria-label="${t('Account')}"><ul>${links}</ul></nav>`;
}

export const alert = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="alert" role="alert" id="failure">${text}</p>`;

export const notice = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="notice" role="status">${text}</p>`;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly type?: string;
  readonly autocomplete?: string;
  readonly hint?: string | undefined;
  /** What is wrong with it; the first such field of a page has the focus. */
  readonly problem?: string | undefined;
  readonly optional?: boolean;
  /** May be left empty, as what else is on the page is sent by itself. */
  readonly blank?: boolean;
  readonly focus?: boolean;
  readonly inputmode?: string;
}

/** A label, its hint and its problem, tied to the control so that a screen reader says them with it. */
export function textField({
  name,
  label,
  value = '',
  type = 'text',
  autocomplete = 'off',
  hint,
  problem,
  optional,
  blank,
  focus,
  inputmode,
}: Field): Html {
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return html`<label for="${name}">${label}${optional && html` <span class="optional">${t('(optional)')}</span>`}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${problem && html`<p class="problem" id="${name}-problem">${problem}</p>`}
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value}" ${inputmode && html`inputmode="${inputmode}"`} ${optional || blank ? undefined : html`required`} ${(problem || focus) && html`autofocus`} ${described && html`aria-describedby="${described}"`} ${problem && html`aria-invalid="true"`} ${type === 'text' && html`autocapitalize="none" spellcheck="false"`}>`;
}

/** The script says it in the reader's own time zone. */
export const time = (at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${when(at)}</time>`;

/** "November 26, 2026, 14:05 UTC" */
export function when(at: number): string {
  return `${dayOf(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** "November 26, 2026", of UTC: as the portal says it. */
export const dayOf = (at: number): string =>
  new Date(at).toLocaleDateString(language() === 'es' ? 'es' : 'en-US', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

/** A button that is a form of its own. */
/** What ends something that its owner can't simply have back: at the first press what follows is said, with a way out, and only the second one does it. Without a script. */
export const askedForm = (
  action: string,
  label: string,
  {
    follows,
    hidden,
    back,
  }: { readonly follows: string; readonly hidden?: Readonly<Record<string, string>>; readonly back: string },
): Html => html`<details class="asked"><summary>${label}</summary><p>${follows}</p>
${buttonForm(action, label, hidden, 'secondary')} <a class="button quiet" href="${back}">${t('Cancel')}</a></details>`;

export function buttonForm(
  action: string,
  label: string,
  hidden: Readonly<Record<string, string>> = {},
  kind = 'quiet',
): Html {
  const inputs = Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" novalidate action="${action}" class="inline">${inputs}<button class="${kind}" type="submit">${label}</button></form>`;
}
