/** What a visitor sees who is not signed in. */
import { useEffect } from 'react';
import { useClinic } from '../../../device/clinic.ts';
import { useOnline } from '../../../device/use-online.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { fill, t } from '../../../i18n/text.ts';
import { speaksOfAnother } from '../../../i18n/voice.ts';
import { readBrand } from '../../../smart/brand.ts';
import type { WelcomeProps } from '../../../smart/SessionProvider.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ClinicLines } from '../../../ui/clinic.tsx';
import { EntryPage } from '../../../ui/EntryPage.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';

export function Welcome({
  clinicName,
  fhirBaseUrl,
  signUpUrl,
  working,
  fault,
  onSignIn,
  onCopy,
}: WelcomeProps) {
  const isOnline = useOnline();
  const clinic = useClinic();
  const language = useLanguage();
  useEffect(() => {
    // While a sign-in is under way the page is about to be left. The hours are in the language that is spoken.
    if (!working && language) readBrand(fhirBaseUrl).catch(() => undefined);
  }, [fhirBaseUrl, working, language]);
  return (
    <EntryPage
      title={clinicName}
      lead={t('Your results, appointments, messages and medicines, in one calm place.')}
      fault={
        fault && speaksOfAnother()
          ? `${fault} ${t('Or the record that was open is open to you no more.')}`
          : fault
      }
      working={working}
      footer={
        <>
          {fill('In an emergency call {number}.', { number: EMERGENCY_NUMBER })}
          {clinic && <ClinicLines clinic={clinic} />}
        </>
      }
    >
      <Button className="button" onClick={onSignIn} isOff={working}>
        {t(working ? 'One moment…' : 'Sign in')}
      </Button>
      {signUpUrl && (
        <a className="button secondary" href={signUpUrl}>
          {t('Create an account')}
        </a>
      )}
      {onCopy && (fault || !isOnline) && (
        <button type="button" className="button secondary" onClick={onCopy}>
          {t('Show what was last read on this device')}
        </button>
      )}
      <p className="muted">{t('You sign in on the clinic’s own account page.')}</p>
    </EntryPage>
  );
}
