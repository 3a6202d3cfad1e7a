/** What the audit log says about a patient, or of a colleague. */
import type { AuditEvent } from '@medplum/fhirtypes';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { FhirApi, Page } from '../../smart/fhir.ts';

/** `about`: `Patient/[id]` or `Practitioner/[id]`. */
export const logQuery = (fhir: FhirApi, about: string) =>
  infiniteQueryOptions({
    queryKey: ['log', about],
    queryFn: ({ pageParam }): Promise<Page<AuditEvent>> =>
      pageParam === ''
        ? fhir.search<AuditEvent>('AuditEvent', {
            [about.startsWith('Patient/') ? 'patient' : 'agent']: about,
            _sort: '-date',
            _count: '100',
          })
        : fhir.follow<AuditEvent>(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    enabled: about !== '',
  });

/** Why, where it was said: of an emergency, the reason that was given. */
export const whyText = ({ purposeOfEvent = [] }: AuditEvent): string | undefined =>
  purposeOfEvent.map(({ text, coding }) => text ?? coding?.[0]?.display ?? coding?.[0]?.code)[0];
