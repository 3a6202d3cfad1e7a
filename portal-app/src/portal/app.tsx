/** Everything a signed-in page needs around it, and the routes; each area is fetched when it is first opened. */
import { QueryClientProvider } from '@tanstack/react-query';
import { type ComponentType, StrictMode } from 'react';
import { BrowserRouter, matchPath, Route, Routes } from 'react-router';
import { useClinic } from '../device/clinic.ts';
import { seeAs } from '../device/seen.ts';
import { setZoneOfClinic } from '../format/clinic-clock.ts';
import { useLanguage } from '../i18n/language.ts';
import { speakOfAnother } from '../i18n/voice.ts';
import { isOpen } from '../record/about-pages.ts';
import { isOwnRecord } from '../record/patient/whose.ts';
import type { AppConfig } from '../smart/config.ts';
import { callFailures } from '../smart/fhir.ts';
import { queryClient } from '../smart/query-client.ts';
import { RecordProvider, SessionProvider, usePortal, useSignedIn } from '../smart/SessionProvider.tsx';
import { isInPlace } from '../smart/session.ts';
import { page } from '../ui/page.tsx';
import { AppShell } from './AppShell.tsx';
import { HomePage } from './areas/home/HomePage.tsx';
import { Welcome } from './areas/welcome/Welcome.tsx';

const PAGES = [
  page('access', async () => (await import('./areas/access/AccessPage.tsx')).AccessPage),
  page(
    'appointments',
    async () => (await import('./areas/appointments/AppointmentsPage.tsx')).AppointmentsPage,
  ),
  page('appointments/book', async () => (await import('./areas/booking/BookVisitPage.tsx')).BookVisitPage),
  page(
    'appointments/:id/check-in',
    async () => (await import('./areas/appointments/CheckInPage.tsx')).CheckInPage,
  ),
  page(
    'appointments/:id/video',
    async () => (await import('./areas/video/VideoVisitPage.tsx')).VideoVisitPage,
  ),
  page('appointments/new', async () => (await import('./areas/appointments/NewVisitPage.tsx')).NewVisitPage),
  page(
    'health-card/:kind',
    async () => (await import('./areas/health-cards/HealthCardPage.tsx')).HealthCardPage,
  ),
  page('bills', async () => (await import('./areas/bills/BillsPage.tsx')).BillsPage),
  page('bills/:id', async () => (await import('./areas/bills/BillPage.tsx')).BillPage),
  page('growth', async () => (await import('./areas/growth/GrowthPage.tsx')).GrowthPage),
  page('care-plan', async () => (await import('./areas/care-plan/CarePlanPage.tsx')).CarePlanPage),
  page('inbox', async () => (await import('./areas/inbox/InboxPage.tsx')).InboxPage),
  page('learn', async () => (await import('./areas/learn/LearnPage.tsx')).LearnPage),
  page('learn/articles/:id', async () => (await import('./areas/learn/ArticlePage.tsx')).ArticlePage),
  page('learn/body-mass', async () => (await import('./areas/learn/BodyMassPage.tsx')).BodyMassPage),
  page('learn/heart-age', async () => (await import('./areas/learn/HeartAgePage.tsx')).HeartAgePage),
  page('letters', async () => (await import('./areas/letters/LettersPage.tsx')).LettersPage),
  page('medications', async () => (await import('./areas/medications/MedicationsPage.tsx')).MedicationsPage),
  page(
    'medications/schedule',
    async () => (await import('./areas/medications/SchedulePage.tsx')).SchedulePage,
  ),
  page('messages', async () => (await import('./areas/messages/MessagesPage.tsx')).MessagesPage),
  page('messages/new', async () => (await import('./areas/messages/NewMessagePage.tsx')).NewMessagePage),
  page('more', async () => (await import('./areas/more/MorePage.tsx')).MorePage),
  page('prevention', async () => (await import('./areas/prevention/PreventionPage.tsx')).PreventionPage),
  page(
    'prevention/vaccinations',
    async () => (await import('./areas/prevention/VaccinationsPage.tsx')).VaccinationsPage,
  ),
  page('profile', async () => (await import('./areas/profile/ProfilePage.tsx')).ProfilePage),
  page(
    'questionnaires',
    async () => (await import('./areas/questionnaires/QuestionnairesPage.tsx')).QuestionnairesPage,
  ),
  page(
    'questionnaires/:id',
    async () => (await import('./areas/questionnaires/QuestionnairePage.tsx')).QuestionnairePage,
  ),
  page('readings', async () => (await import('./areas/readings/ReadingsPage.tsx')).ReadingsPage),
  page('readings/import', async () => (await import('./areas/readings/ImportPage.tsx')).ImportPage),
  page('readings/:kind', async () => (await import('./areas/readings/ReadingPage.tsx')).ReadingPage),
  page('records', async () => (await import('./areas/records/RecordsPage.tsx')).RecordsPage),
  page('records/:type', async () => (await import('./areas/records/RecordListPage.tsx')).RecordListPage),
  page(
    'records/:type/:id',
    async () => (await import('./areas/records/RecordEntryPage.tsx')).RecordEntryPage,
  ),
  page('reports/of/:ids', async () => (await import('./areas/results/ReportOfPage.tsx')).ReportOfPage),
  page('reports/:id', async () => (await import('./areas/results/ReportPage.tsx')).ReportPage),
  page('results', async () => (await import('./areas/results/ResultsPage.tsx')).ResultsPage),
  page('results/:id', async () => (await import('./areas/results/ResultPage.tsx')).ResultPage),
  page('share', async () => (await import('./areas/sharing/SharePage.tsx')).SharePage),
  page('summary', async () => (await import('./areas/records/SummaryPage.tsx')).SummaryPage),
];

const ELSEWHERE = page('', async () => (await import('../views/ElsewherePage.tsx')).ElsewherePage);
const NOT_FOUND = page('', async () => (await import('../ui/NotFoundPage.tsx')).NotFoundPage);
const NOT_OPEN = page('', async () => (await import('../views/NotOpenPage.tsx')).NotOpenPage);

/** The page, where what it is about is open to this person. */
function Opened({ path, Component }: { readonly path: string; readonly Component: ComponentType }) {
  const { fhir } = usePortal();
  return isOpen(path, fhir.offers) ? <Component /> : <NOT_OPEN.Component />;
}

/** Fetches the page of an address ahead of the sign-in that comes before it. */
export function preloadPage(pathname: string): void {
  const found = PAGES.find(({ path }) => matchPath(`/${path}`, pathname));
  // One that can't be fetched now is tried again when it is opened.
  void found?.load().catch(() => undefined);
}

/** A page is fetched when a pointer comes upon its link, or a finger: before it is let go. */
export function preloadPointedAt({ target }: Event): void {
  const link = target instanceof Element ? target.closest('a') : null;
  if (link?.origin === location.origin) preloadPage(link.pathname);
}

/** Whoever opened a record to somebody else may narrow what they see, while they write. */
const NOT_OPEN_ANY_MORE =
  'This is not open to you, or no longer. Nothing was lost: ask whoever opened the record to you.';

/** One's own record, or the way to one's own place. */
function Record() {
  const { config, fhir, session } = useSignedIn();
  if (session.patient === undefined || !isInPlace(config, session)) return <ELSEWHERE.Component />;
  seeAs(fhir.self, session.patient);
  const isOwn = isOwnRecord({ ...fhir, patient: session.patient });
  speakOfAnother(!isOwn);
  callFailures((status) => (status === 403 && !isOwn ? NOT_OPEN_ANY_MORE : undefined));
  return (
    <RecordProvider patient={session.patient}>
      <SignedIn />
    </RecordProvider>
  );
}

/** Made only when somebody is signed in: before that the address belongs to the sign-in. */
function SignedIn() {
  const language = useLanguage();
  const zone = useClinic()?.timeZone;
  setZoneOfClinic(zone);
  return (
    <BrowserRouter>
      {/* In another language or time zone every page is drawn anew, at the same address and with the same data. */}
      <Routes key={`${language} ${zone}`}>
        <Route path="/" element={<AppShell />}>
          <Route index element={<HomePage />} />
          {PAGES.map(({ path, Component }) => (
            <Route key={path} path={path} element={<Opened path={path} Component={Component} />} />
          ))}
          <Route path="*" element={<NOT_FOUND.Component />} />
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
          <Record />
        </SessionProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}
