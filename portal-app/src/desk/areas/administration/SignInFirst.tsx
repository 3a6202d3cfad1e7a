/** Whoever leaves a desk open must not leave the administration of apps and accounts open with it. */
import { t } from '../../../i18n/text.ts';
import type { Needs } from '../../../record/administration/apps.ts';
import { signInAgain } from '../../../smart/administration.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Card } from '../../../ui/parts.tsx';
import styles from './administration.module.css';

export function SignInFirst({ needs }: { readonly needs: Needs }) {
  const { config, session } = useSignedIn();
  if (needs === 'nothing') return null;
  const security = session.appsUrl && new URL('/account/security', session.appsUrl).href;
  return (
    <Card>
      <p>
        {t(
          needs === 'sign-in'
            ? 'To change something here you sign in again: not long ago, and with your second step.'
            : 'Changing something here needs a second step at the sign-in. Set it up in your account, then sign in again.',
        )}
      </p>
      <p className={styles.found}>
        {needs === 'second-factor' && security && (
          <a className="button" href={security}>
            {t('Set up the second step')}
          </a>
        )}
        <button
          type="button"
          className={needs === 'sign-in' ? 'button' : 'button secondary'}
          onClick={() => void signInAgain(config)}
        >
          {t('Sign in again')}
        </button>
      </p>
    </Card>
  );
}
