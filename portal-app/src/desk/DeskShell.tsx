/** The frame of every signed-in page of the desk: one bar with the places, the search, who is signed in, and the way out. */

import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo, useState } from 'react';
import { NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { nameText, officialName } from '../format/words.ts';
import { type Text, t } from '../i18n/text.ts';
import { isAdministrator, ownRolesQuery, selfQuery } from '../record/staff/queries.ts';
import { isWithin, type Reach, reachQuery } from '../record/staff/reach.ts';
import { useSignedIn } from '../smart/SessionProvider.tsx';
import { useIdleSignOut } from '../smart/use-idle-sign-out.ts';
import { useLiveKept } from '../smart/use-live.ts';
import { type Command, useCommands } from '../ui/commands.ts';
import { IdleWarning } from '../ui/IdleWarning.tsx';
import { turnSingleKeys, useKeys, useSingleKeys } from '../ui/keys.ts';
import { LanguageSwitch } from '../ui/LanguageSwitch.tsx';
import { later } from '../ui/later.tsx';
import { NotForThisRole } from '../ui/NotForThisRole.tsx';
import { PageBoundary } from '../ui/PageBoundary.tsx';
import { PageHead } from '../ui/parts.tsx';
import { keepTyped } from '../ui/typed-early.ts';
import { useInSight } from '../ui/use-in-sight.ts';
import { usePageFocus } from '../ui/use-page-focus.ts';
import { OfflineBanner } from '../views/OfflineBanner.tsx';
import styles from './desk-shell.module.css';
import { PageKeys } from './PageKeys.tsx';

/** An area of the desk has its line here. */
const PLACES: readonly (readonly [path: string, label: Text, needs?: keyof Reach])[] = [
  ['/', 'Start'],
  ['/inbox', 'Inbox', 'tasks'],
  ['/schedule', 'Schedule', 'visits'],
  ['/broadcasts', 'Outreach', 'broadcasts'],
  ['/numbers', 'Numbers', 'tasks'],
];

const OF_ADMINISTRATORS: (typeof PLACES)[number] = ['/administration', 'Administration'];

/** Those that whoever is signed in has work at; before it is known, those that most have. */
function usePlaces(): typeof PLACES {
  const { fhir } = useSignedIn();
  const isOne = useQuery(ownRolesQuery(fhir)).data?.some(isAdministrator) === true;
  const reach = useQuery(reachQuery(fhir)).data;
  return useMemo(() => {
    const own = PLACES.filter(([, , needs]) => isWithin(reach, needs));
    return isOne ? [...own, OF_ADMINISTRATORS] : own;
  }, [isOne, reach]);
}

/** The place that the address leads to, where the role of whoever is signed in reads nothing of it. */
function useRefused(pathname: string): Text | undefined {
  const { fhir } = useSignedIn();
  const reach = useQuery(reachQuery(fhir)).data;
  const [, label, needs] = PLACES.find(([path]) => path !== '/' && pathname.startsWith(path)) ?? [];
  return isWithin(reach, needs) ? undefined : label;
}

const IDLE = 'To protect patients’ records you will be signed out in two minutes.';

const fetchPalette = async () => (await import('./DeskPalette.tsx')).DeskPalette;
const DeskPalette = later(fetchPalette);

export function DeskShell() {
  const { config, fhir, signOut } = useSignedIn();
  useLiveKept();
  const { pathname } = useLocation();
  const page = pageOf(pathname);
  const main = usePageFocus(page);
  const idle = useIdleSignOut(() => void signOut('keep'));
  const self = useQuery(selfQuery(fhir)).data;
  const places = usePlaces();
  const refused = useRefused(pathname);
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
        <Places places={places} />
        <Search />
        <div className={styles.person}>
          {self && <span className={styles.name}>{nameText(officialName(self))}</span>}
          <LanguageSwitch />
          <button type="button" className="button secondary" onClick={() => void signOut('forget')}>
            {t('Sign out')}
          </button>
        </div>
      </header>
      <div className={styles.notice}>
        <OfflineBanner />
      </div>
      {/* The boundary outlives the page: the one before stays until the next is there. */}
      <PageBoundary address={pathname}>
        <main id="main" ref={main} className={styles.main} key={page}>
          {refused ? (
            <>
              <PageHead title={t(refused)} />
              <NotForThisRole />
            </>
          ) : (
            <Outlet />
          )}
        </main>
      </PageBoundary>
      {!pathname.startsWith('/inbox') && <PageKeys />}
      {idle.warning && <IdleWarning why={IDLE} onStay={idle.stay} onSignOut={() => void signOut('forget')} />}
    </div>
  );
}

/** On a phone they are one line that is moved sideways; where one is stays in sight. */
function Places({ places }: { readonly places: typeof PLACES }) {
  const line = useInSight(useLocation().pathname, places);
  return (
    <nav aria-label={t('Pages')} className={styles.places} ref={line}>
      {places.map(([path, label]) => (
        <NavLink key={path} to={path} end={path === '/'}>
          {t(label)}
        </NavLink>
      ))}
    </nav>
  );
}

/** The parts of one patient's page are one page, and so is the inbox with whatever is open in it: what is around them stays. */
const pageOf = (pathname: string): string =>
  /^\/(?:patients\/[^/]+|inbox|administration)/.exec(pathname)?.[0] ?? pathname;

/** The way to every patient and every action. */
function Search() {
  const [isOpen, setOpen] = useState(false);
  const open = (): void => {
    keepTyped('/');
    setOpen(true);
  };
  useFrameCommands();
  useKeys({ '/': open });
  useEffect(() => {
    // So that it is there at the first press.
    void fetchPalette().catch(() => undefined);
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      if (!document.querySelector('dialog[open]')) open();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className={styles.search} aria-keyshortcuts="/ Control+K" onClick={open}>
        {t('Search')}{' '}
        <span className={styles.key} aria-hidden="true">
          /
        </span>
      </button>
      {isOpen && (
        <Suspense>
          <DeskPalette onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function useFrameCommands(): void {
  const navigate = useNavigate();
  const { signOut } = useSignedIn();
  const hasKeys = useSingleKeys();
  const places = usePlaces();
  const commands = useMemo(
    (): readonly Command[] => [
      ...places.map(([path, label]) => ({
        id: `go ${path}`,
        label: t('Go to {place}', { place: t(label) }),
        run: () => void navigate(path),
      })),
      {
        id: 'single keys',
        label: t(hasKeys ? 'Turn off keys of one letter' : 'Turn on keys of one letter'),
        run: () => turnSingleKeys(!hasKeys),
      },
      { id: 'sign out', label: t('Sign out'), run: () => void signOut('forget') },
    ],
    [navigate, signOut, hasKeys, places],
  );
  useCommands(commands);
}
