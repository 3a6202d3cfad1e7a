/** Hands in a form or a paper: a picture of it, or a PDF. */
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { useFileDraft } from '../../../device/file-draft.ts';
import { FILE_TYPES } from '../../../format/attachment.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { handInPaper } from '../../../record/letters/letters.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { sayDone } from '../../../ui/done.tsx';
import { FileField } from '../../../ui/file-field.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';

export function HandIn() {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [isOpen, setOpen] = useState(false);
  const [title, setTitle, discard] = useDraft('hand in', '');
  const [file, setFile] = useFileDraft('hand in');
  const send = useSend({
    form: 'hand in',
    what: { title, file },
    send: async (identity) => {
      requireRight('paper', !file && 'Please choose a file.');
      if (file) await handInPaper(fhir, { title, file }, identity);
    },
    onSuccess: async () => {
      discard();
      setFile(undefined);
      setOpen(false);
      sayDone(t('It is at the clinic. What becomes of it is shown here.'), '/letters');
      await refresh('letters', 'glance');
    },
  });
  if (!isOpen)
    return (
      <p>
        <button type="button" className="button secondary" onClick={() => setOpen(true)}>
          {t('Hand in a form')}
        </button>
      </p>
    );
  return (
    <SendForm
      label={t('Hand it in')}
      state={send}
      onSend={() => send.mutate()}
      onCancel={() => {
        discard();
        setFile(undefined);
        setOpen(false);
      }}
    >
      <TextField
        id="paper-title"
        label={t('What is it, and what is the clinic to do with it?')}
        value={title}
        onChange={setTitle}
        required
      />
      <FileField
        id="paper"
        label={t('The form')}
        hint={t('A photo or a PDF, up to 1 MB; photos are made smaller.')}
        accept={FILE_TYPES}
        file={file}
        onChange={setFile}
      />
    </SendForm>
  );
}
