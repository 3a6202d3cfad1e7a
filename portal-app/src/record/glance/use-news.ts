/**
 * What is new, on whatever page one is: the first page's data is asked for again while the tab is seen, and when it changed, so is whatever else is shown.
 * The FHIR server tells browsers nothing by itself (Subscriptions go to servers and mail), so that asking is all there is.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { isUnread } from '../messages/send.ts';
import { glanceQuery } from './queries.ts';

const EVERY_MS = 15_000;

/** How many messages nobody has read yet. */
export function useNews(): number {
  const { fhir, copy } = usePortal();
  const queries = useQueryClient();
  const { data } = useQuery({ ...glanceQuery(fhir), refetchInterval: copy ? false : EVERY_MS });
  const before = useRef(data);
  useEffect(() => {
    // What is the same stays the same object (structural sharing).
    if (before.current !== undefined && data !== before.current)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'glance' });
    before.current = data;
  }, [data, queries]);
  return data?.messages?.filter(isUnread).length ?? 0;
}
