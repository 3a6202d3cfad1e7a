/** How both apps read: what is refused stays refused, what is sent is sent now or not at all. */
import { QueryClient } from '@tanstack/react-query';
import { FhirFailure } from './fhir.ts';
import { SignedOut } from './session.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      // What is refused stays refused; only what may pass is tried again.
      retry: (count, error) =>
        count < 2 &&
        !(error instanceof SignedOut) &&
        !(error instanceof FhirFailure && error.status >= 400 && error.status < 500),
    },
    // Without a network what is sent fails at once: nothing leaves later, unasked.
    mutations: { networkMode: 'always' },
  },
});
