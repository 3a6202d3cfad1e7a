/** What a visitor sees who is not signed in. */
import { useOnline } from '../../../device/use-online.ts';
import { fill, t } from '../../../i18n/text.ts';
import type { WelcomeProps } from '../../../smart/SessionProvider.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import { LanguageSwitch } from '../../../ui/LanguageSwitch.tsx';
import styles from './welcome.module.css';

export function Welcome({ clinicName, working, fault, onSignIn, onCopy }: WelcomeProps) {
  const isOnline = useOnline();
  return (
    <div className={styles.page}>
      <main className={styles.card} aria-busy={working}>
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1>{clinicName}</h1>
        <p className={styles.lead}>
          {t('Your results, appointments, messages and medicines, in one calm place.')}
        </p>
        {fault && (
          <p className={styles.fault} role="alert">
            {fault}
          </p>
        )}
        <button type="button" className="button" onClick={onSignIn} disabled={working}>
          {t(working ? 'One moment…' : 'Sign in')}
        </button>
        {onCopy && (fault || !isOnline) && (
          <button type="button" className="button secondary" onClick={onCopy}>
            {t('Show what was last read on this device')}
          </button>
        )}
        <p className="muted">{t('You sign in on the clinic’s own account page.')}</p>
        <LanguageSwitch />
      </main>
      <footer className={styles.footer}>
        {fill('In an emergency call {number}.', {
          number: EMERGENCY_NUMBER,
        })}
      </footer>
    </div>
  );
}
