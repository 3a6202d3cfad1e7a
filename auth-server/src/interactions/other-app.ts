/** Somebody opened an app of the clinic's that is not for them: they are shown to their own. The app gets nothing. */
import { otherAppPage } from '../views/pages.ts';
import { accountOf, type Step } from './step.ts';

export async function showOtherApp(step: Step): Promise<void> {
  const { role, displayName } = await accountOf(step);
  const signOut = new URL(`${step.config.AUTH_ISSUER}/session/end`);
  signOut.searchParams.set('client_id', step.client.clientId);
  const [after] = step.client.postLogoutRedirectUris ?? [];
  if (after) signOut.searchParams.set('post_logout_redirect_uri', after);
  step.response.status(403).send(
    otherAppPage(step.config, {
      isStaff: role === 'practitioner',
      displayName,
      signOut: signOut.href,
    }),
  );
}
