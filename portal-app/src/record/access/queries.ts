/** The server's own log of access, page by page, the newest first. */
import type { AuditEvent } from '@medplum/fhirtypes';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { FhirApi, Page } from '../../smart/fhir.ts';

/** `about`: `Patient/[id]` or `Practitioner/[id]`. `narrowed`: what else is asked for. */
export const logQuery = (fhir: FhirApi, about: string, narrowed: Readonly<Record<string, string>> = {}) =>
  infiniteQueryOptions({
    queryKey: ['log', about, narrowed],
    queryFn: ({ pageParam }): Promise<Page<AuditEvent>> =>
      pageParam === ''
        ? fhir.search<AuditEvent>('AuditEvent', {
            [about.startsWith('Patient/') ? 'patient' : 'agent']: about,
            _sort: '-date',
            _count: '100',
            ...narrowed,
          })
        : fhir.follow<AuditEvent>(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    enabled: about !== '',
  });

/** One's own reading fills hundreds of lines a day, among which the others would not be found: the server leaves them out. */
export const byWhom = (whose: 'others' | 'self' | 'all', self: string): Record<string, string> => {
  if (whose === 'all') return {};
  return whose === 'self' ? { agent: self } : { _filter: `not(agent eq ${self})`, _count: '50' };
};

export const DEEDS = ['all', 'changed', 'failed'] as const;
export type Deeds = (typeof DEEDS)[number];

/** Among what was read, the few entries of what was changed would not be found: the server leaves the rest out. What was refused has changed nothing. */
export const byDeed = (deeds: Deeds): Record<string, string> =>
  ({ all: {}, changed: { action: 'C,U,D', outcome: '0' }, failed: { 'outcome:not': '0' } })[deeds];
