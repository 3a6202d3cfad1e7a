/** For whoever signed in to the app of the others: where their own is. The authorization server says so before, where it is the clinic's. */
import { t } from '../i18n/text.ts';
import { useSignedIn } from '../smart/SessionProvider.tsx';
import { EntryPage } from '../ui/EntryPage.tsx';

export function ElsewherePage() {
  const { config, signOut } = useSignedIn();
  const isPortal = config.meantFor === 'patients';
  return (
    <EntryPage
      title={t(isPortal ? 'This is the patients’ portal' : 'This is the care team’s desk')}
      lead={t(
        isPortal
          ? 'You are signed in as one of the care team. Your place is the desk.'
          : 'You are signed in as a patient. Your own record is in the portal.',
      )}
    >
      <a className="button" href={isPortal ? config.deskUrl : config.portalUrl}>
        {t(isPortal ? 'Open the desk' : 'Open the portal')}
      </a>
      <button type="button" className="button secondary" onClick={() => void signOut('forget')}>
        {t('Sign in as somebody else')}
      </button>
    </EntryPage>
  );
}
