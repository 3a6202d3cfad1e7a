/** Everything a signed-in page needs around it, and the routes; each area is fetched when it is first opened. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { HomePage } from './areas/home/HomePage.tsx';
import type { PortalConfig } from './smart/config.ts';
import { FhirFailure } from './smart/fhir.ts';
import { SessionProvider } from './smart/SessionProvider.tsx';
import { SignedOut } from './smart/session.ts';
import { AppShell } from './ui/AppShell.tsx';
import { NotFoundPage } from './ui/NotFoundPage.tsx';
import { Skeleton } from './ui/parts.tsx';

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      // What is refused stays refused; only what may pass is tried again.
      retry: (count, error) =>
        count < 2 &&
        !(error instanceof SignedOut) &&
        !(error instanceof FhirFailure && error.status >= 400 && error.status < 500),
    },
  },
});

const routes = () =>
  createBrowserRouter([
    {
      path: '/',
      Component: AppShell,
      HydrateFallback: () => <Skeleton rows={6} />,
      children: [
        { index: true, Component: HomePage },
        {
          path: 'results',
          lazy: async () => ({ Component: (await import('./areas/results/ResultsPage.tsx')).ResultsPage }),
        },
        {
          path: 'results/:id',
          lazy: async () => ({ Component: (await import('./areas/results/ResultPage.tsx')).ResultPage }),
        },
        {
          path: 'reports/:id',
          lazy: async () => ({ Component: (await import('./areas/results/ReportPage.tsx')).ReportPage }),
        },
        {
          path: 'appointments',
          lazy: async () => ({
            Component: (await import('./areas/appointments/AppointmentsPage.tsx')).AppointmentsPage,
          }),
        },
        {
          path: 'messages/new',
          lazy: async () => ({
            Component: (await import('./areas/messages/NewMessagePage.tsx')).NewMessagePage,
          }),
        },
        {
          path: 'appointments/new',
          lazy: async () => ({
            Component: (await import('./areas/appointments/NewVisitPage.tsx')).NewVisitPage,
          }),
        },
        {
          path: 'appointments/book',
          lazy: async () => ({
            Component: (await import('./areas/appointments/BookVisitPage.tsx')).BookVisitPage,
          }),
        },
        {
          path: 'questionnaires',
          lazy: async () => ({
            Component: (await import('./areas/questionnaires/QuestionnairesPage.tsx')).QuestionnairesPage,
          }),
        },
        {
          path: 'questionnaires/:id',
          lazy: async () => ({
            Component: (await import('./areas/questionnaires/QuestionnairePage.tsx')).QuestionnairePage,
          }),
        },
        {
          path: 'access',
          lazy: async () => ({ Component: (await import('./areas/access/AccessPage.tsx')).AccessPage }),
        },
        {
          path: 'messages',
          lazy: async () => ({ Component: (await import('./areas/messages/MessagesPage.tsx')).MessagesPage }),
        },
        {
          path: 'medications',
          lazy: async () => ({
            Component: (await import('./areas/medications/MedicationsPage.tsx')).MedicationsPage,
          }),
        },
        {
          path: 'records',
          lazy: async () => ({ Component: (await import('./areas/records/RecordsPage.tsx')).RecordsPage }),
        },
        {
          path: 'summary',
          lazy: async () => ({ Component: (await import('./areas/records/SummaryPage.tsx')).SummaryPage }),
        },
        {
          path: 'learn',
          lazy: async () => ({ Component: (await import('./areas/learn/LearnPage.tsx')).LearnPage }),
        },
        {
          path: 'learn/articles/:id',
          lazy: async () => ({ Component: (await import('./areas/learn/ArticlePage.tsx')).ArticlePage }),
        },
        {
          path: 'learn/body-mass',
          lazy: async () => ({ Component: (await import('./areas/learn/BodyMassPage.tsx')).BodyMassPage }),
        },
        {
          path: 'learn/blood-pressure-log',
          lazy: async () => ({
            Component: (await import('./areas/learn/BloodPressurePage.tsx')).BloodPressurePage,
          }),
        },
        {
          path: 'profile',
          lazy: async () => ({ Component: (await import('./areas/profile/ProfilePage.tsx')).ProfilePage }),
        },
        {
          path: 'more',
          lazy: async () => ({ Component: (await import('./areas/more/MorePage.tsx')).MorePage }),
        },
        { path: '*', Component: NotFoundPage },
      ],
    },
  ]);

let router: ReturnType<typeof routes> | undefined;

/** Made only when somebody is signed in: before that the address belongs to the sign-in. */
function SignedIn() {
  router ??= routes();
  return <RouterProvider router={router} />;
}

export function App({ config }: { readonly config: PortalConfig }) {
  return (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <SessionProvider config={config}>
          <Suspense fallback={<Skeleton rows={6} />}>
            <SignedIn />
          </Suspense>
        </SessionProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}
