/** Keeps what a page shows as it is on the server. */
import type { Resource } from '@medplum/fhirtypes';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { usePortal, useSignedIn } from './SessionProvider.tsx';

/**
 * While the page is there, queries whose key begins with one of `keys` are asked again whenever a resource of one of the types changes that the person may see.
 * Polls where the server can't tell, so a page needs no `refetchInterval`.
 */
export function useLive(types: readonly Resource['resourceType'][], keys: readonly string[]): void {
  const { live } = useSignedIn();
  const queries = useQueryClient();
  const [asked, shown] = [types.join(' '), keys.join(' ')];
  useEffect(
    () =>
      live.on(asked.split(' '), () => {
        for (const key of shown.split(' ')) void queries.invalidateQueries({ queryKey: [key] });
      }),
    [live, queries, asked, shown],
  );
}

/** While a page of one record is there, whatever it shows of that record is asked again when the record changes. Below a RecordProvider. */
export function useLiveRecord(): void {
  const { live, fhir } = usePortal();
  const queries = useQueryClient();
  const { patient } = fhir;
  useEffect(
    () =>
      live.on([], (_, patients) => {
        if (patients && !patients.has(patient)) return;
        void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(patient) });
      }),
    [live, queries, patient],
  );
}

/** For the frame of all pages: once anything has changed, what was kept of a page that is not shown is asked again when it is opened. Nobody is told of a change that happened while they were elsewhere. */
export function useLiveKept(): void {
  const { live } = useSignedIn();
  const queries = useQueryClient();
  useEffect(
    () => live.on([], () => void queries.invalidateQueries({ type: 'inactive', refetchType: 'none' })),
    [live, queries],
  );
}
