/** Three steps of a first look around, for whoever has just made an account. Skip, Escape and the last step end it for good; the last offers a passkey. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { endTour } from '../../../device/tour.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Said } from '../../../ui/clinic.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import styles from './tour.module.css';

const STEPS: readonly (readonly [title: Text, Content: () => ReactNode])[] = [
  ['What is new comes first', News],
  ['Write, book, ask', Doing],
  ['Only for you', Security],
];

export function Tour() {
  const navigate = useNavigate();
  const [step, setStep] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The first step is announced with the dialog.
    if (step > 0) heading.current?.focus();
  }, [step]);
  const end = (): void => {
    endTour();
    void navigate('/', { replace: true });
    // Nothing had the focus before that could get it back.
    document.querySelector<HTMLElement>('main h1')?.focus();
  };
  const [title, Content] = STEPS[step] as (typeof STEPS)[number];
  const isLast = step === STEPS.length - 1;
  return (
    <Dialog title={t('A short look around')} close="Skip" onClose={end}>
      <p className="muted">{t('Step {step} of {count}', { step: step + 1, count: STEPS.length })}</p>
      <h3 ref={heading} tabIndex={-1} className={styles.title}>
        {t(title)}
      </h3>
      <Content />
      {/* Submitted, it closes the dialog. */}
      <form
        method="dialog"
        className={styles.foot}
        onSubmit={(event) => {
          if (isLast) return;
          event.preventDefault();
          setStep(step + 1);
        }}
      >
        <button type="submit" className="button">
          {t(isLast ? 'Done' : 'Next step')}
        </button>
        {step > 0 && (
          <button type="button" className="button quiet" onClick={() => setStep(step - 1)}>
            {t('Step before')}
          </button>
        )}
      </form>
    </Dialog>
  );
}

function News() {
  return (
    <p>
      {t(
        'The first page begins with what has come: results, answers, visits. A number beside a page says how much there is that was not opened yet.',
      )}
    </p>
  );
}

function Doing() {
  return (
    <>
      <p>{t('Write to the care team, book or move a visit, ask for a refill: whenever it suits.')}</p>
      <p>
        <Said
          text="In an emergency call {number}. Messages are not read at once."
          values={{ number: EMERGENCY_NUMBER }}
        />
      </p>
    </>
  );
}

function Security() {
  const { accountUrl } = usePortal().config;
  return (
    <>
      <p>{t('Every look at the record is written down, and can be seen under “Profile”.')}</p>
      {accountUrl && 'PublicKeyCredential' in window && (
        <>
          <p>
            {t(
              'On a device of your own a passkey signs you in with your fingerprint, your face or its lock, without the password.',
            )}
          </p>
          <p>
            {/* Whoever follows it and comes back has seen the tour. */}
            <a className="button secondary" href={`${accountUrl}#passkeys-title`} onClick={() => endTour()}>
              {t('Add a passkey')}
            </a>
          </p>
        </>
      )}
    </>
  );
}
