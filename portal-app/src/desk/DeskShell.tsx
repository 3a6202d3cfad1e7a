/** The frame of every signed-in page of the desk: one bar with the places, who is signed in, and the way out. */
import { useQuery } from '@tanstack/react-query';
import { NavLink, Outlet, useLocation } from 'react-router';
import { nameText } from '../format/words.ts';
import { type Text, t } from '../i18n/text.ts';
import { selfQuery } from '../record/staff/queries.ts';
import { useSignedIn } from '../smart/SessionProvider.tsx';
import { useIdleSignOut } from '../smart/use-idle-sign-out.ts';
import { IdleWarning } from '../ui/IdleWarning.tsx';
import { LanguageSwitch } from '../ui/LanguageSwitch.tsx';
import { PageBoundary } from '../ui/PageBoundary.tsx';
import { usePageFocus } from '../ui/use-page-focus.ts';
import styles from './desk-shell.module.css';

/** An area of the desk has its line here. */
const PLACES: readonly (readonly [path: string, label: Text])[] = [['/', 'Start']];

const IDLE = 'To protect patients’ records you will be signed out in two minutes.';

export function DeskShell() {
  const { config, fhir, signOut } = useSignedIn();
  const { pathname } = useLocation();
  const main = usePageFocus(pathname);
  const idle = useIdleSignOut(() => void signOut('keep'));
  const self = useQuery(selfQuery(fhir)).data;
  return (
    <div className={styles.shell}>
      <a className="button skip" href="#main">
        {t('Skip to the content')}
      </a>
      <header className={styles.bar}>
        <div className={styles.brand}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{config.clinicName}</span>
        </div>
        <nav aria-label={t('Pages')} className={styles.places}>
          {PLACES.map(([path, label]) => (
            <NavLink key={path} to={path} end={path === '/'}>
              {t(label)}
            </NavLink>
          ))}
        </nav>
        <div className={styles.person}>
          {self && <span>{nameText(self.name?.[0])}</span>}
          <LanguageSwitch />
          <button type="button" className="button secondary" onClick={() => void signOut('forget')}>
            {t('Sign out')}
          </button>
        </div>
      </header>
      {/* The boundary outlives the page: the one before stays until the next is there. */}
      <PageBoundary address={pathname}>
        <main id="main" ref={main} className={styles.main} key={pathname}>
          <Outlet />
        </main>
      </PageBoundary>
      {idle.warning && <IdleWarning why={IDLE} onStay={idle.stay} onSignOut={() => void signOut('forget')} />}
    </div>
  );
}
