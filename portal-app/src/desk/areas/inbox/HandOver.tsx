/** To a colleague or a pool: this item, or a task of its own. */
import type { Task } from '@medplum/fhirtypes';
import { useDraft } from '../../../device/drafts.ts';
import { today } from '../../../format/clinic-clock.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import type { StaffName } from '../../../record/staff/colleagues.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { handOver } from '../../../record/work/hand-over.ts';
import { isPool, POOLS } from '../../../record/work/kinds.ts';
import { makeFollowUp } from '../../../record/work/other.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Select, SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { useColleagues } from './use-colleagues.ts';
import { useWork } from './use-work.ts';

interface Props {
  readonly task: Task;
  readonly onClose: () => void;
}

export function WhoField({
  id,
  value,
  onChange,
  people,
}: {
  readonly id: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly people: readonly StaffName[];
}) {
  return (
    <Select
      id={id}
      label={t('To whom?')}
      value={value}
      onChange={onChange}
      options={[
        ...Object.entries(POOLS).map(
          ([pool, words]) => [pool, t('Pool: {name}', { name: t(words) })] as const,
        ),
        ...people.map(({ reference, name }) => [reference, name] as const),
        // Whoever was chosen works here no more: it is said at the field, and nobody else stands there as if they were.
        ...(isPool(value) || people.some(({ reference }) => reference === value)
          ? []
          : [[value, t('A colleague')] as const]),
      ]}
    />
  );
}

/** To whom is kept with the words that are meant for them. */
export const TO_NURSES = { to: 'nurse', note: '' };

export function HandOver({ task, onClose }: Props) {
  const { fhir } = useSignedIn();
  const by = useBy();
  const { people, toWhom } = useColleagues();
  const [{ to: chosen, note }, set, discard] = useDraft(`over ${task.id}`, TO_NURSES);
  const whoId = `to-${task.id}`;
  const send = useWork(task, {
    name: 'hand over',
    what: [chosen, note],
    words: t('Handed over'),
    canBeUndone: true,
    act: async (identity) => handOver(fhir, task, { by, to: await toWhom(chosen, whoId), note, identity }),
    onDone: () => {
      discard();
      onClose();
    },
  });
  return (
    <SendForm label={t('Hand over')} state={send} onSend={() => send.mutate()} onCancel={onClose}>
      <WhoField id={whoId} value={chosen} onChange={(to) => set({ to, note })} people={people} />
      <TextArea
        id={`over-${task.id}`}
        label={t('Note for whoever takes it (optional)')}
        rows={2}
        value={note}
        onChange={(words) => set({ to: chosen, note: words })}
      />
    </SendForm>
  );
}

export function FollowUp({ task, onClose }: Props) {
  const { fhir } = useSignedIn();
  const by = useBy();
  const { people, toWhom } = useColleagues();
  const [made, setMade, discard] = useDraft(`task ${task.id}`, { to: fhir.self, what: '', due: '' });
  const [whoId, dueId] = [`who-${task.id}`, `due-${task.id}`];
  const send = useWork(task, {
    name: 'follow up',
    what: made,
    words: t('The task is made'),
    stays: true,
    act: async (identity) => {
      requireRight(dueId, made.due !== '' && made.due < today() && 'Please choose a day that is to come.');
      return makeFollowUp(fhir, task, { by, ...made, to: await toWhom(made.to, whoId), identity });
    },
    onDone: () => {
      discard();
      onClose();
    },
  });
  return (
    <SendForm label={t('Make the task')} state={send} onSend={() => send.mutate()} onCancel={onClose}>
      <TextArea
        id={`what-${task.id}`}
        label={t('What is to be done?')}
        rows={2}
        value={made.what}
        onChange={(what) => setMade({ ...made, what })}
        required
      />
      <WhoField id={whoId} value={made.to} onChange={(to) => setMade({ ...made, to })} people={people} />
      <TextField
        id={dueId}
        type="date"
        label={t('By when? (optional)')}
        value={made.due}
        onChange={(due) => setMade({ ...made, due })}
      />
    </SendForm>
  );
}
