/** Everything a signed-in page of the desk needs around it, and the routes; each area is fetched when it is first opened. */
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { setZoneOfClinic } from '../format/clinic-clock.ts';
import { useLanguage } from '../i18n/language.ts';
import { useClinicOfStaff } from '../record/staff/use-clinic.ts';
import type { AppConfig } from '../smart/config.ts';
import { LAUNCHED } from '../smart/launched.ts';
import { queryClient } from '../smart/query-client.ts';
import { SessionProvider, useSignedIn } from '../smart/SessionProvider.tsx';
import { isInPlace } from '../smart/session.ts';
import { NotFoundPage } from '../ui/NotFoundPage.tsx';
import { page } from '../ui/page.tsx';
import { ElsewherePage } from '../views/ElsewherePage.tsx';
import { StartPage } from './areas/start/StartPage.tsx';
import { DeskShell } from './DeskShell.tsx';
import { Welcome } from './Welcome.tsx';
import { WithinRights } from './WithinRights.tsx';

const PAGES = [
  page(
    'administration/*',
    async () => (await import('./areas/administration/AdministrationPage.tsx')).AdministrationPage,
  ),
  page('broadcasts', async () => (await import('./areas/broadcasts/BroadcastsPage.tsx')).BroadcastsPage),
  page('inbox/*', async () => (await import('./areas/inbox/InboxPage.tsx')).InboxPage),
  page('numbers', async () => (await import('./areas/numbers/NumbersPage.tsx')).NumbersPage),
  page('schedule', async () => (await import('./areas/schedule/SchedulePage.tsx')).SchedulePage),
  page('patients/:id/*', async () => (await import('./areas/patient/PatientPage.tsx')).PatientPage),
];

/** The patient that the EHR had open; the first page, where it had none. */
function Launched() {
  const { patient } = useSignedIn().session;
  return <Navigate to={patient === undefined ? '/' : `/patients/${patient}`} replace />;
}

/** Made only when somebody is signed in: before that the address belongs to the sign-in. */
function Desk() {
  const { config, session } = useSignedIn();
  if (!isInPlace(config, session)) return <ElsewherePage />;
  return (
    <WithinRights>
      <SignedIn />
    </WithinRights>
  );
}

function SignedIn() {
  const language = useLanguage();
  const { clinic, isWaiting } = useClinicOfStaff();
  setZoneOfClinic(clinic?.timeZone);
  // At a device that has not seen the clinic before, no time is shown before it is known by which clock.
  if (isWaiting) return null;
  return (
    <BrowserRouter>
      {/* In another language or time zone every page is drawn anew, at the same address and with the same data. */}
      <Routes key={`${language} ${clinic?.timeZone}`}>
        <Route path="/" element={<DeskShell />}>
          <Route index element={<StartPage />} />
          <Route path={LAUNCHED} element={<Launched />} />
          {PAGES.map(({ path, Component }) => (
            <Route key={path} path={path} element={<Component />} />
          ))}
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}

export function App({ config }: { readonly config: AppConfig }) {
  return (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <SessionProvider config={config} Welcome={Welcome}>
          <Desk />
        </SessionProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}
