/** Clinical notes and documents of a record: newest first, drafts with them; which is signed, by whom, and what came in its place. */
import type { DocumentReference } from '@medplum/fhirtypes';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { bytesOf } from '../../format/attachment.ts';
import { saidOrKind } from '../../format/kind-words.ts';
import type { Fhir, Page } from '../../smart/fhir.ts';

export const notesQuery = (fhir: Fhir) =>
  infiniteQueryOptions({
    queryKey: ['notes', fhir.patient],
    queryFn: ({ pageParam }): Promise<Page<DocumentReference>> =>
      pageParam === ''
        ? fhir.search<DocumentReference>('DocumentReference', {
            patient: fhir.patient,
            status: 'current,superseded',
            _sort: '-date',
            _count: '30',
          })
        : fhir.follow<DocumentReference>(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** Begun, and not signed. */
export const isDraft = ({ docStatus }: DocumentReference): boolean => docStatus === 'preliminary';

export const isBy = ({ author = [] }: DocumentReference, self: string): boolean =>
  author.some(({ reference }) => reference === self);

/** A note that was written here, as text: what can be amended word by word. */
export function noteText({ content }: DocumentReference): string | undefined {
  const [first] = content ?? [];
  const { contentType, data } = first?.attachment ?? {};
  if (data === undefined || contentType?.split(';')[0] !== 'text/plain') return undefined;
  return new TextDecoder().decode(bytesOf(data));
}

/** Who signed it (`authenticator`). */
export const signerOf = ({ authenticator }: DocumentReference): string | undefined =>
  authenticator && saidOrKind(authenticator);
