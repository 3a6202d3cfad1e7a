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
import { dayOf, PutOffForm, requireDay, type Wish, wishFor } from './PutOffForm.tsx';
import { useWork } from './use-work.ts';

export function PutOff({ task, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const { fhir } = useSignedIn();
  const by = useBy();
  const id = task.id ?? '';
  const name = useOwnerNames([task])(task);
  const owner = task.owner?.reference;
  const whose = owner === undefined ? 'pool' : owner === fhir.self ? 'me' : 'same';
  const [{ note, ...kept }, set, discard] = useDraft<Wish & { readonly note: string }>(`later ${id}`, {
    ...wishFor(whose),
    note: '',
  });
  // Whoever had it when it was written may have it no more.
  const wish: Wish = { ...kept, forWhom: kept.forWhom === 'same' ? whose : kept.forWhom };
  const day = dayOf(wish);
  const send = useWork(task, {
    name: 'put off',
    what: [wish, note],
    words: t('Put off until {date}', { date: formatDate(day) }),
    canBeUndone: true,
    act: async (identity) => {
      requireDay(id, wish);
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
      onChange={(next) => set({ ...next, note })}
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
          onChange={(words) => set({ ...wish, note: words })}
        />
      )}
    </PutOffForm>
  );
}
