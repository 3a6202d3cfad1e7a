/** One note or document: opened, gone on with while it is a draft of one's own, amended once it is signed. */
import type { DocumentReference } from '@medplum/fhirtypes';
import { useState } from 'react';
import { clinicalName } from '../../../format/clinical.ts';
import { formatDateTime } from '../../../format/date.ts';
import { saidOrKind } from '../../../format/kind-words.ts';
import { t } from '../../../i18n/text.ts';
import { documentName, isHandedIn } from '../../../record/documents/name.ts';
import { isBy, isDraft, noteText, signerOf } from '../../../record/notes/queries.ts';
import { useNamed } from '../../../record/use-named.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { NoteForm } from './NoteForm.tsx';
import own from './patient.module.css';

export function Note({
  note,
  isOpenAtFirst = false,
}: {
  readonly note: DocumentReference;
  readonly isOpenAtFirst?: boolean;
}) {
  const { fhir } = usePortal();
  const [isWriting, setWriting] = useState(false);
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const named = useNamed(note);
  const name = documentName(note) ?? clinicalName(note.type);
  const isOwnDraft = isDraft(note) && isBy(note, fhir.self);
  const isAmendable = !isDraft(note) && note.status === 'current' && noteText(note) !== undefined;
  return (
    <li key={note.id} className={own.listed}>
      <div className={own.entry}>
        <div className={own.entryHead}>
          <strong>{name}</strong>
          {isDraft(note) && !isHandedIn(note) ? (
            <Pill kind="warn">{t('Draft, not signed')}</Pill>
          ) : (
            <KeptPill of={note} />
          )}
          {note.docStatus === 'amended' && <Pill kind="info">{t('Amended')}</Pill>}
          {note.status === 'superseded' && <Pill kind="plain">{t('Replaced by a later one')}</Pill>}
        </div>
        <span className="muted">{aboutNote(named)}</span>
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
              <AttachedFile
                key={`${attachment.title} ${attachment.url}`}
                attachment={attachment}
                opensPdf={!isHandedIn(note)}
              />
            ))}
          {isWriting && <NoteForm before={note} onDone={() => setWriting(false)} />}
        </div>
      )}
    </li>
  );
}

function aboutNote(note: DocumentReference): string {
  const authors = (note.author ?? []).map(saidOrKind);
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
