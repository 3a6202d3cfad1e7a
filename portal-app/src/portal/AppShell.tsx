/** The frame of every signed-in page: rail at a desk, bar at the bottom of a phone, one main. */

import { Suspense, useEffect, useId } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { useClinic } from '../device/clinic.ts';
import { plural, type Text, t } from '../i18n/text.ts';
import { useClinicOfRecord } from '../record/clinic/use-clinic-of.ts';
import { useNews } from '../record/glance/use-news.ts';
import { countAt } from '../record/inbox/news.ts';
import { usePatientLanguage } from '../record/patient/use-patient-language.ts';
import { useWhose } from '../record/patient/whose.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { useIdleSignOut } from '../smart/use-idle-sign-out.ts';
import { ClinicLines, Said } from '../ui/clinic.tsx';
import { DoneNote } from '../ui/done.tsx';
import { EMERGENCY_NUMBER } from '../ui/emergency-number.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { LanguageSwitch } from '../ui/LanguageSwitch.tsx';
import { later } from '../ui/later.tsx';
import { PageBoundary } from '../ui/PageBoundary.tsx';
import { useNewsInTitle } from '../ui/tab-title.ts';
import '../ui/use-return-focus.ts';
import { isOpen } from '../record/about-pages.ts';
import { usePageFocus } from '../ui/use-page-focus.ts';
import { WhoseContext } from '../ui/whose.tsx';
import { OfflineBanner } from '../views/OfflineBanner.tsx';
import styles from './app-shell.module.css';
import { WhoseRecord } from './WhoseRecord.tsx';

const PLACES: readonly (readonly [path: string, label: Text, icon: IconName, phone: boolean])[] = [
  ['/', 'Home', 'home', true],
  ['/inbox', 'What is new', 'inbox', false],
  ['/results', 'Results', 'results', true],
  ['/appointments', 'Visits', 'appointments', true],
  ['/messages', 'Messages', 'messages', true],
  ['/medications', 'Medicines', 'medications', false],
  ['/records', 'Records', 'records', false],
  ['/learn', 'Learn', 'learn', false],
  ['/profile', 'Profile', 'profile', false],
];

/** Minutes away from the first page, and not in its way: there from the first press or key on, also for when there is no network. Without it the sign-out comes all the same. */
const loadWarning = () =>
  import('../ui/IdleWarning.tsx').then(
    (found) => found.IdleWarning,
    () => () => null,
  );
const IdleWarning = later(loadWarning);
const PRESENT = ['pointerdown', 'keydown'] as const;

const IDLE = 'To protect your record you will be signed out in two minutes.';

export function AppShell() {
  const { config, fhir, signOut } = usePortal();
  const { pathname } = useLocation();
  const places = PLACES.filter(([path]) => isOpen(path, fhir.offers));
  const main = usePageFocus(pathname);
  const idle = useIdleSignOut(() => void signOut('keep'));
  useEffect(() => {
    const load = () => void loadWarning();
    for (const sign of PRESENT) addEventListener(sign, load, { once: true });
    return () => {
      for (const sign of PRESENT) removeEventListener(sign, load);
    };
  }, []);
  usePatientLanguage(fhir);
  const news = useNews();
  useNewsInTitle(news.length);
  const onPhone = places.filter(([, , , phone]) => phone);
  // What has no place of its own in the bar is behind the menu.
  const inMenu = onPhone.reduce((left, [path]) => left - countAt(news, path), news.length);
  const whose = useWhose(fhir);
  useClinicOfRecord();
  const clinic = useClinic();
  return (
    <div className={styles.shell}>
      <a className="button skip" href="#main">
        {t('Skip to the content')}
      </a>
      <header className={styles.rail}>
        <div className={styles.brand}>
          <img src="/icon.svg" alt="" width="32" height="32" />
          <span>{config.clinicName}</span>
        </div>
        <WhoseRecord whose={whose} where="desk" />
        <nav aria-label={t('Pages')} className={styles.places}>
          {places.map(([path, label, icon]) => (
            <Place key={path} to={path} label={label} icon={icon} count={countAt(news, path)} />
          ))}
          <Menu count={0} />
        </nav>
        <LanguageSwitch />
        <button
          type="button"
          className={`button secondary ${styles.out}`}
          onClick={() => void signOut('forget')}
        >
          {t('Sign out')}
        </button>
      </header>
      {/* On a phone first in the page, and at its top. */}
      <WhoseRecord whose={whose} where="phone" />
      <div className={styles.column}>
        <OfflineBanner />
        <DoneNote pathname={pathname} />
        {/* The boundary outlives the page: the one before stays until the next is there. */}
        <PageBoundary address={pathname}>
          <main id="main" ref={main} className={styles.main} key={pathname}>
            <WhoseContext value={whose}>
              <Outlet />
            </WhoseContext>
          </main>
        </PageBoundary>
        <footer className={styles.footer}>
          <p>
            <Said
              text="In an emergency call {number}. Messages are not read at once."
              values={{ number: EMERGENCY_NUMBER }}
            />
          </p>
          {clinic && <ClinicLines clinic={clinic} />}
        </footer>
      </div>
      <nav aria-label={t('Main pages')} className={styles.bar}>
        {onPhone.map(([path, label, icon]) => (
          <Place key={path} to={path} label={label} icon={icon} count={countAt(news, path)} />
        ))}
        <Menu count={inMenu} />
      </nav>
      {/* What comes while another page is open is heard. */}
      <span className="visually-hidden" aria-live="polite">
        {newsWords(news.length)}
      </span>
      {idle.warning && (
        <Suspense>
          <IdleWarning why={IDLE} onStay={idle.stay} onSignOut={() => void signOut('forget')} />
        </Suspense>
      )}
    </div>
  );
}

const newsWords = (count: number): string =>
  count === 0 ? '' : plural(count, '1 new thing', '{count} new things');

/** To what has no place of its own. */
const Menu = ({ count }: { readonly count: number }) => (
  <Place to="/more" label="Menu" icon="more" count={count} />
);

/** A report is one of the results, though it has an address of its own. */
function isAt(place: string, pathname: string): boolean {
  if (place === '/results' && pathname.startsWith('/reports/')) return true;
  return pathname === place || (place !== '/' && pathname.startsWith(`${place}/`));
}

/** How much is new there is heard as the description of the link. */
function Place({
  to,
  label,
  icon,
  count,
}: {
  readonly to: string;
  readonly label: Text;
  readonly icon: IconName;
  readonly count: number;
}) {
  const description = useId();
  const here = isAt(to, useLocation().pathname) ? 'page' : undefined;
  return (
    <Link to={to} aria-current={here} aria-describedby={count > 0 ? description : undefined}>
      <Icon name={icon} />
      <span>{t(label)}</span>
      {count > 0 && (
        <>
          <span className={styles.badge} aria-hidden="true">
            {count}
          </span>
          <span id={description} hidden>
            {newsWords(count)}
          </span>
        </>
      )}
    </Link>
  );
}
