/**
 * What is new, on whatever page one is: when the record changed, whatever is shown is asked for again. Where the server does not tell, the first page's data is asked
 * for now and then, and when that changed, so is the rest.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isNew, onSeen, untoldSeen, useSeen } from '../../device/seen.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { type News, newsOf } from '../inbox/news.ts';
import { shareSeen } from '../inbox/share-seen.ts';
import { glanceQuery } from './queries.ts';

/** What was told a moment ago is asked for already. */
const TOLD_MS = 5000;

/** As it is now: the one list that is counted and shown. */
export function useNewsList(): readonly News[] {
  const { fhir } = usePortal();
  const { data } = useQuery(glanceQuery(fhir));
  useSeen();
  return data === undefined ? [] : newsOf(data, fhir.self, isNew);
}

/** The same, and kept so: for the frame of the pages. */
export function useNews(): readonly News[] {
  const { fhir, live } = usePortal();
  const queries = useQueryClient();
  const { data } = useQuery(glanceQuery(fhir));
  const lastTold = useRef(0);
  useEffect(
    () =>
      live.on([], (isSure) => {
        if (isSure) lastTold.current = Date.now();
        void queries.invalidateQueries(isSure ? {} : { queryKey: ['glance'] });
      }),
    [live, queries],
  );
  useEffect(() => {
    const share = () => void shareSeen(fhir);
    const end = onSeen(() => {
      if (untoldSeen().length > 0) share();
    });
    // Back from another device; and back from where there was no network.
    const controller = new AbortController();
    for (const event of ['focus', 'online']) addEventListener(event, share, controller);
    return () => {
      end();
      controller.abort();
    };
  }, [fhir]);
  const before = useRef(data);
  useEffect(() => {
    // What is the same stays the same object (structural sharing).
    const isTold = Date.now() - lastTold.current < TOLD_MS;
    if (before.current !== undefined && data !== before.current && !isTold)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'glance' });
    before.current = data;
  }, [data, queries]);
  return useNewsList();
}
