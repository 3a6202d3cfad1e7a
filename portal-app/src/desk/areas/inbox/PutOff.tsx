/** One item until a day, for the pool or for oneself. */
import type { Task } from '@medplum/fhirtypes';
import { useDraft } from '../../../device/drafts.ts';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { isSeenByPatient } from '../../../record/patient/kept-from.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { useOwnerNames } from '../../../record/staff/use-owner-names.ts';
import { putOff } from '../../../record/work/put-off.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { TextArea } from '../../../ui/form.tsx';
import { dayOf, PutOffForm, requireDay, useWish } from './PutOffForm.tsx';
import { useWork } from './use-work.ts';

export function PutOff({ task, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const { fhir } = useSignedIn();
  const by = useBy();
  const id = task.id ?? '';
  const name = useOwnerNames([task])(task);
  const owner = task.owner?.reference;
  const whose = owner === undefined ? 'pool' : owner === fhir.self ? 'me' : 'same';
  const [wish, setWish] = useWish(whose);
  const [note, setNote, discard] = useDraft(`later ${id}`, '');
  const day = dayOf(wish);
  const send = useWork(task, {
    name: 'put off',
    what: [wish, note],
    words: t('Put off until {date}', { date: formatDate(day) }),
    canBeUndone: true,
    act: async (identity) => {
      requireDay(id, day);
      await putOff(fhir, task, { by, day, forWhom: wish.forWhom, note }, identity);
    },
    onDone: () => {
      discard();
      onClose();
    },
  });
  return (
    <PutOffForm
      id={id}
      wish={wish}
      onChange={setWish}
      state={send}
      onSend={() => send.mutate()}
      onCancel={onClose}
      options={[
        ...(whose === 'same' ? [['same', name ?? t('A colleague')] as const] : []),
        ['pool', t('The pool')],
        ['me', t('Me')],
      ]}
    >
      {!isSeenByPatient(task) && (
        <TextArea
          id={`later-note-${id}`}
          label={t('Note for whoever takes it (optional)')}
          rows={2}
          value={note}
          onChange={setNote}
        />
      )}
    </PutOffForm>
  );
}
