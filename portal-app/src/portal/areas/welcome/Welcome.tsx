/** What a visitor sees who is not signed in. */
import { useOnline } from '../../../device/use-online.ts';
import { fill, t } from '../../../i18n/text.ts';
import type { WelcomeProps } from '../../../smart/SessionProvider.tsx';
import { EntryPage } from '../../../ui/EntryPage.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';

export function Welcome({ clinicName, working, fault, onSignIn, onCopy }: WelcomeProps) {
  const isOnline = useOnline();
  return (
    <EntryPage
      title={clinicName}
      lead={t('Your results, appointments, messages and medicines, in one calm place.')}
      fault={fault}
      working={working}
      footer={fill('In an emergency call {number}.', { number: EMERGENCY_NUMBER })}
    >
      <button type="button" className="button" onClick={onSignIn} disabled={working}>
        {t(working ? 'One moment…' : 'Sign in')}
      </button>
      {onCopy && (fault || !isOnline) && (
        <button type="button" className="button secondary" onClick={onCopy}>
          {t('Show what was last read on this device')}
        </button>
      )}
      <p className="muted">{t('You sign in on the clinic’s own account page.')}</p>
    </EntryPage>
  );
}
