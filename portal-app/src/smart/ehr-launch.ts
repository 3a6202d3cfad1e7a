/** An EHR, or the portal of another server, opens the app (SMART App Launch 2.2, "Launch App: EHR Launch"): apart, as few are opened so and the first page is small. */
import { loadPageTexts } from '../i18n/language.ts';
import type { Text } from '../i18n/text.ts';
import type { AppConfig } from './config.ts';
import { authorize } from './launch.ts';
import { LAUNCHED } from './launched.ts';

/** It was answered, and the answer lost: only the system knows which patient it had open. */
const OVER = 'The sign-in was not finished, and this launch is over. Open the app again from your system.';
const OTHER_SERVER = 'This app was opened for another server. Open it again from your system.';

/**
 * Leaves the page for the authorization server, in whose place what comes back is: `launch` is the EHR's handle, which is used once. Where it can't, the address stays, for another try. `iss` is the FHIR
 * server it speaks of: where that is another one than the app's, nothing is sent anywhere, and what is to be said comes back.
 */
export async function launched(config: AppConfig): Promise<Text | undefined> {
  const asked = new URLSearchParams(location.search);
  if (location.pathname === LAUNCHED) return said(OVER);
  if (asked.get('iss')?.replace(/\/$/, '') !== config.fhirBaseUrl) return said(OTHER_SERVER);
  // The portal knows one record only, and opens with it.
  await authorize(config, config.meantFor === 'staff' ? LAUNCHED : '/', {
    launch: asked.get('launch') ?? '',
    scope: `${config.scope} launch`,
  });
  return undefined;
}

/** There is no way on from here but another. */
async function said(text: Text): Promise<Text> {
  history.replaceState(null, '', '/');
  await loadPageTexts();
  return text;
}
