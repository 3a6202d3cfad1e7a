/** Notes and documents: written, signed and amended here; files that came in. */
import type { DocumentReference } from '@medplum/fhirtypes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { t } from '../../../i18n/text.ts';
import { notesQuery } from '../../../record/notes/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useCommands } from '../../../ui/commands.ts';
import { Each } from '../../../ui/Each.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { Note } from './Note.tsx';
import { NoteForm } from './NoteForm.tsx';

export function NotesPart() {
  const { fhir } = usePortal();
  const query = useInfiniteQuery(notesQuery(fhir));
  const [isWriting, setWriting] = useState(false);
  useCommands(
    useMemo(() => [{ id: 'write note', label: t('Write a note'), run: () => setWriting(true) }], []),
  );
  return (
    <Card
      title={t('Notes and documents')}
      action={
        !isWriting && (
          <button type="button" className="button" onClick={() => setWriting(true)}>
            {t('Write a note')}
          </button>
        )
      }
    >
      {isWriting && <NoteForm onDone={() => setWriting(false)} />}
      <Loaded query={query} rows={5}>
        {({ pages }) => <Notes notes={pages.flatMap(({ resources }) => resources)} />}
      </Loaded>
      {query.hasNextPage && (
        <ShowOlder isLoading={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()} />
      )}
    </Card>
  );
}

function Notes({ notes }: { readonly notes: readonly DocumentReference[] }) {
  if (notes.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
  return (
    <ul>
      <Each of={notes}>{(note) => <Note note={note} />}</Each>
    </ul>
  );
}
