/** What a visitor of the desk sees who is not signed in. */
import { t } from '../i18n/text.ts';
import type { WelcomeProps } from '../smart/SessionProvider.tsx';
import { Button } from '../ui/Button.tsx';
import { EntryPage } from '../ui/EntryPage.tsx';

export function Welcome({ clinicName, working, fault, onSignIn }: WelcomeProps) {
  return (
    <EntryPage
      title={t('The care team’s desk')}
      lead={`${clinicName}. ${t('What patients sent, and what waits for an answer.')}`}
      fault={fault}
      working={working}
    >
      <Button className="button" onClick={onSignIn} isOff={working}>
        {t(working ? 'One moment…' : 'Sign in')}
      </Button>
      <p className="muted">{t('You sign in with your account at the clinic.')}</p>
    </EntryPage>
  );
}
