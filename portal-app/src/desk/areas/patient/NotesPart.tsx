/** Notes and documents: written, signed and amended here; files that came in. */
import type { DocumentReference } from '@medplum/fhirtypes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { clinicalName } from '../../../format/clinical.ts';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { documentName, isHandedIn } from '../../../record/documents/name.ts';
import { isBy, isDraft, notesQuery, noteText, signerOf } from '../../../record/notes/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useCommands } from '../../../ui/commands.ts';
import { Each } from '../../../ui/Each.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { NoteForm } from './NoteForm.tsx';
import own from './patient.module.css';

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

function Note({ note }: { readonly note: DocumentReference }) {
  const { fhir } = usePortal();
  const [isWriting, setWriting] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const name = documentName(note) ?? clinicalName(note.type);
  const isOwnDraft = isDraft(note) && isBy(note, fhir.self);
  const isAmendable = !isDraft(note) && note.status === 'current' && noteText(note) !== undefined;
  return (
    <li key={note.id} className={own.listed}>
      <div className={own.entry}>
        <div className={own.entryHead}>
          <strong>{name}</strong>
          {isDraft(note) && !isHandedIn(note) && <Pill kind="warn">{t('Draft, not signed')}</Pill>}
          {note.docStatus === 'amended' && <Pill kind="info">{t('Amended')}</Pill>}
          {note.status === 'superseded' && <Pill kind="plain">{t('Replaced by a later one')}</Pill>}
        </div>
        <span className="muted">{aboutNote(note)}</span>
      </div>
      {!isWriting && (
        <div className={own.actions}>
          <button
            type="button"
            className="button quiet"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {t(isOpen ? 'Close' : 'Open')}
            <span className="visually-hidden">: {name}</span>
          </button>
          {(isOwnDraft || isAmendable) && (
            <button type="button" className="button quiet" onClick={() => setWriting(true)}>
              {t(isOwnDraft ? 'Go on writing' : 'Amend')}
              <span className="visually-hidden">: {name}</span>
            </button>
          )}
        </div>
      )}
      {(isOpen || isWriting) && (
        <div className={own.below}>
          {isOpen &&
            note.content.map(({ attachment }) => (
              <AttachedFile key={`${attachment.title} ${attachment.url}`} attachment={attachment} />
            ))}
          {isWriting && <NoteForm before={note} onDone={() => setWriting(false)} />}
        </div>
      )}
    </li>
  );
}

function aboutNote(note: DocumentReference): string {
  const authors = (note.author ?? []).map(({ display, reference }) => display ?? reference);
  const signer = signerOf(note);
  return [
    note.type && clinicalName(note.type),
    formatDateTime(note.date),
    authors.filter(Boolean).join(', '),
    signer && t('signed by {name}', { name: signer }),
  ]
    .filter(Boolean)
    .join(' · ');
}
