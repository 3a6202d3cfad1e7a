/** Pages that say one thing: errors, signing out, the home page. */
import { t } from '../words/text.ts';
import { html, Html as RawHtml } from './html.ts';
import { type PageSettings, page } from './layout.ts';

export function errorPage(settings: PageSettings, error: string, description: string | undefined): string {
  return page(
    settings,
    t('That did not work'),
    html`<h1>${t('That did not work')}</h1>
<p>${t('The app’s request could not be completed, and nothing was shared.')}</p>
<p class="muted"><code>${error}</code>${description && html`: ${description}`}</p>
<p><a class="button" href="${settings.PORTAL_URL}">${t('Go to the portal')}</a></p>`,
  );
}

export const noSuchPage = (settings: PageSettings): string =>
  page(
    settings,
    t('There is no such page'),
    html`<h1>${t('There is no such page')}</h1>
<p>${t('The link may be old, or was not copied whole.')}</p>
<p><a class="button" href="${settings.PORTAL_URL}">${t('Go to the portal')}</a></p>`,
  );

/** The FHIR server can't be asked: `retry` is where to try again. */
export function unavailablePage(settings: PageSettings, retry: string): string {
  return page(
    settings,
    t('Not now'),
    html`<h1>${t('The records can’t be reached')}</h1>
<p>${t('We could not look up what belongs to you just now. Nothing is lost; please try again in a moment.')}</p>
<p><a class="button" href="${retry}">${t('Try again')}</a></p>`,
  );
}

/** One heading, one sentence, one way on. */
export function messagePage(
  settings: PageSettings,
  message: { readonly title: string; readonly text: string; readonly href?: string; readonly link?: string },
): string {
  const { title, text, href = settings.PORTAL_URL, link = t('Go to the portal') } = message;
  return page(
    settings,
    title,
    html`<h1>${title}</h1><p>${text}</p><p><a class="button" href="${href}">${link}</a></p>`,
  );
}

/** For a link that opens nothing any more. */
export const linkOverPage = (settings: PageSettings, href: string, link: string): string =>
  messagePage(settings, {
    title: t('This link is over'),
    text: t('It was used before, a newer one was sent, or its time has passed.'),
    href,
    link,
  });

/** For a step between /authorize and the app that is looked at, or sent, when it is finished: what became of it is not known here, the app knows. */
export const stepOverPage = (settings: PageSettings): string =>
  messagePage(settings, {
    title: t('This step is over'),
    text: t('It is done already, or its time has passed. If the app did not open, start it again.'),
  });

/** For a question whether to sign out that can be answered no more. `href`: where it is asked again, or said that nobody is signed in. */
export const signOutAgainPage = (settings: PageSettings, href: string): string =>
  messagePage(settings, {
    title: t('Sign out?'),
    text: t('You will be signed out on this device.'),
    href,
    link: t('Sign out'),
  });

export interface OtherAppView {
  readonly isStaff: boolean;
  readonly displayName: string;
  /** Where they sign out, to come back as somebody else. */
  readonly signOut: string;
}

/** For whoever opened the app of the others. */
export function otherAppPage(
  settings: PageSettings,
  { isStaff, displayName, signOut }: OtherAppView,
): string {
  const name = displayName;
  const title = isStaff ? t('This is the patients’ portal') : t('This is the care team’s desk');
  const text = isStaff
    ? t('You are signed in as {name}, of the care team. Your place is the desk.', { name })
    : t('You are signed in as {name}. Your own record is in the portal.', { name });
  const [href, link] = isStaff
    ? [settings.DESK_URL, t('Open the desk')]
    : [settings.PORTAL_URL, t('Open the portal')];
  return page(
    settings,
    title,
    html`<h1>${title}</h1><p>${text}</p>
<p><a class="button" href="${href}">${link}</a></p>
<p class="links"><a href="${signOut}">${t('Sign in as somebody else')}</a></p>`,
  );
}

/** `form` is oidc-provider's own hidden form (id `op.logoutForm`), its only markup we take over. */
export function signOutPage(settings: PageSettings, form: string): string {
  return page(
    settings,
    t('Sign out'),
    html`<h1>${t('Sign out?')}</h1><p>${t('You will be signed out on this device.')}</p>${new RawHtml(form)}
<button class="primary" type="submit" form="op.logoutForm" value="yes" name="logout">${t('Yes, sign me out')}</button>
<p><a href="${settings.PORTAL_URL}">${t('Stay signed in')}</a></p>`,
  );
}

export function signedOutPage(settings: PageSettings): string {
  return messagePage(settings, {
    title: t('You are signed out'),
    text: t('It is safe to close this page.'),
    link: t('Sign in again'),
  });
}

export function homePage(settings: PageSettings): string {
  return page(
    settings,
    t('Accounts'),
    html`<h1>${settings.CLINIC_NAME}</h1><p>${t('This is where you sign in to your health record.')}</p>
<p><a class="button" href="${settings.PORTAL_URL}">${t('Go to the portal')}</a></p>
<p class="links"><a href="/account">${t('Your account')}</a> <a href="/sign-up">${t('Create an account')}</a></p>`,
  );
}
