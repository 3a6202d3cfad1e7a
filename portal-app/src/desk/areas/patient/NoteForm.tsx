/** A note as it is written: kept as a draft, signed, or signed in the place of an older one. What is typed is kept over a reload. */
import type { DocumentReference } from '@medplum/fhirtypes';
import { useChanges } from '../../../device/drafts.ts';
import { clinicalName } from '../../../format/clinical.ts';
import { t } from '../../../i18n/text.ts';
import { documentName } from '../../../record/documents/name.ts';
import {
  amendNote,
  kindOf,
  NOTE_KINDS,
  rewriteDraft,
  type Written,
  writeNote,
} from '../../../record/notes/changes.ts';
import { isDraft, noteText } from '../../../record/notes/queries.ts';
import { type By, useBy } from '../../../record/staff/use-by.ts';
import type { Fhir } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Button } from '../../../ui/Button.tsx';
import { Select, SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { useOpened } from './use-entry-change.ts';

/** `before`: a draft that is gone on with, or a signed note that is amended. */
export function NoteForm({
  before: newest,
  onDone,
}: {
  readonly before?: DocumentReference;
  readonly onDone: () => void;
}) {
  const { fhir } = usePortal();
  // A colleague's amendment that comes meanwhile was not looked at, until it was refused for it.
  const [before, catchUp] = useOpened(newest);
  const refresh = useRefresh();
  const by = useBy();
  const id = before?.id ?? 'new';
  const form = `note ${fhir.patient} ${id}`;
  const [note, set, discard, check] = useChanges(form, writtenOf(before));
  const sending = (isSigned: boolean) => ({
    form: `${form} ${isSigned ? 'signed' : 'draft'}`,
    what: note,
    send: async (identity: string) => {
      await check({ kind: `note-kind-${id}`, title: `note-title-${id}`, text: `note-text-${id}` });
      return sent(fhir, by, before, note, isSigned, identity);
    },
    onError: () => {
      catchUp();
      void refresh('notes');
    },
    onSuccess: async () => {
      discard();
      await refresh('notes', 'timeline', 'records');
      onDone();
    },
  });
  const sign = useSend<unknown>(sending(true));
  const keep = useSend<unknown>(sending(false));
  const isPending = sign.isPending || keep.isPending;
  const isAmending = before !== undefined && !isDraft(before);
  return (
    <SendForm
      label={t(isAmending ? 'Sign the amended note' : 'Sign')}
      state={{ isPending, error: sign.error ?? keep.error }}
      onSend={() => sign.mutate()}
      onCancel={onDone}
    >
      {!isAmending && (
        <Select
          id={`note-kind-${id}`}
          label={t('Kind of note')}
          value={note.kind}
          onChange={(kind) => set({ kind })}
          options={[
            ...(before && kindOf(before) === '' ? [['', clinicalName(before.type)] as const] : []),
            ...NOTE_KINDS.map(({ code, label }) => [code, t(label)] as const),
          ]}
        />
      )}
      <TextField
        id={`note-title-${id}`}
        label={t('Title')}
        required
        value={note.title}
        onChange={(title) => set({ title })}
      />
      <TextArea
        id={`note-text-${id}`}
        label={t('Note')}
        hint={t('Once signed it can be amended, not changed, and the patient can read it.')}
        rows={10}
        required
        value={note.text}
        onChange={(text) => set({ text })}
      />
      {!isAmending && (
        <Button
          className="button secondary"
          isOff={isPending || note.text.trim() === '' || note.title.trim() === ''}
          onClick={() => keep.mutate()}
        >
          {t('Keep as a draft')}
        </Button>
      )}
    </SendForm>
  );
}

function sent(
  fhir: Fhir,
  by: By,
  before: DocumentReference | undefined,
  note: Written,
  isSigned: boolean,
  identity: string,
): Promise<unknown> {
  if (!before) return writeNote(fhir, by, note, isSigned, identity);
  return isDraft(before)
    ? rewriteDraft(fhir, by, before, note, isSigned)
    : amendNote(fhir, by, before, note, identity);
}

function writtenOf(before: DocumentReference | undefined): Written {
  return {
    kind: kindOf(before ?? {}),
    title: (before && documentName(before)) ?? '',
    text: (before && noteText(before)) ?? '',
  };
}
