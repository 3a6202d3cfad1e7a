/** A letter or papers that a patient asks for: what they wrote, and the document that answers it. */
import { useChanges } from '../../../device/drafts.ts';
import { useFileDraft } from '../../../device/file-draft.ts';
import { FILE_TYPES } from '../../../format/attachment.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { answerLetter } from '../../../record/work/letter.ts';
import { declineTask } from '../../../record/work/refill.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { FileField } from '../../../ui/file-field.tsx';
import { SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { Decline, focusOn, type ItemProps, Key } from './parts.tsx';
import { Said } from './RefillItem.tsx';
import { useWork } from './use-work.ts';

export function LetterItem({ task, patient }: ItemProps) {
  const { fhir } = usePortal();
  const by = useBy();
  const [written, set, discard] = useChanges(`letter ${task.id}`, {
    title: task.description ?? '',
    text: '',
  });
  const [file, setFile] = useFileDraft(`letter ${task.id}`);
  const id = `letter-text-${task.id}`;
  const send = useWork(task, {
    name: 'letter',
    what: { written, file },
    words: t('Sent to the patient'),
    act: async (identity) => {
      requireRight(id, !file && written.text.trim() === '' && 'Write the letter, or choose a file.');
      await answerLetter(fhir, task, { by, answer: { ...written, file }, identity });
    },
    onDone: () => {
      discard();
      setFile(undefined);
    },
  });
  useKeys({ a: () => focusOn(id), r: () => focusOn(id) });
  return (
    <>
      <p>
        <strong>{task.description}</strong>
      </p>
      <Said task={task} />
      <SendForm
        label={t('Put it in the record, and tell the patient')}
        state={send}
        onSend={() => send.mutate()}
        submitHint={<Key of="a" />}
      >
        <TextField
          id={`letter-title-${task.id}`}
          label={t('Title')}
          value={written.title}
          onChange={(title) => set({ title })}
          required
        />
        <TextArea
          id={id}
          label={t('The letter')}
          rows={8}
          value={written.text}
          onChange={(text) => set({ text })}
        />
        <FileField
          id={`letter-file-${task.id}`}
          label={t('Or a file')}
          hint={t('A PDF or a picture, up to 1 MB; it stands in place of what is written above.')}
          accept={FILE_TYPES}
          file={file}
          onChange={setFile}
        />
      </SendForm>
      <Decline
        task={task}
        patient={patient}
        about="letter-no"
        label="Decline"
        words="Declined"
        decline={(reason, identity) => declineTask(fhir, task, { by, reason, identity })}
      />
    </>
  );
}
