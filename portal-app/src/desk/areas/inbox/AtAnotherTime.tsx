/** A visit at a time that is on no schedule: between two others, in the evening, at another place. What stands in the way of it is for whoever books it to know. */
import type { Appointment, Task } from '@medplum/fhirtypes';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { instantOf } from '../../../format/clinic-clock.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { bookAt, firstDay } from '../../../record/work/visit.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Select, SendForm, TextField } from '../../../ui/form.tsx';
import styles from './inbox.module.css';
import { focusItem, openAt } from './parts.tsx';
import { useWork } from './use-work.ts';

/** In minutes. */
const LENGTHS = [10, 15, 20, 30, 40, 45, 60, 90, 120];

export function AtAnotherTime({ task, visit }: { readonly task: Task; readonly visit: Appointment }) {
  const { fhir } = usePortal();
  const by = useBy();
  const [isOpen, setOpen] = useState(false);
  const id = `at-${task.id}`;
  const [{ day, time, minutes }, set, discard] = useChanges(id, {
    day: firstDay(visit),
    time: '',
    minutes: String(visit.minutesDuration ?? 20),
  });
  const send = useWork(task, {
    name: 'book at',
    what: { day, time, minutes },
    words: t('Booked'),
    act: async (identity) => {
      const start = instantOf(day, time);
      requireRight(`${id}-time`, start <= Date.now() && 'Please choose a time that is to come.');
      await bookAt(fhir, task, { by, visit, start, minutes: Number(minutes), identity });
    },
    onDone: discard,
  });
  const close = (): void => {
    setOpen(false);
    focusItem();
  };
  if (!isOpen)
    return (
      <button type="button" className="button quiet" onClick={() => openAt(() => setOpen(true), `${id}-day`)}>
        {t('At another time')}
      </button>
    );
  return (
    <SendForm label={t('Book at this time')} state={send} onSend={() => send.mutate()} onCancel={close}>
      <p>{t('A time that is on no schedule. Nothing is looked at but what you know of it.')}</p>
      <div className={styles.when}>
        <TextField
          id={`${id}-day`}
          type="date"
          label={t('Day')}
          required
          value={day}
          onChange={(next) => set({ day: next })}
        />
        <TextField
          id={`${id}-time`}
          type="time"
          label={t('Begins at')}
          required
          value={time}
          onChange={(next) => set({ time: next })}
        />
        <Select
          id={`${id}-minutes`}
          label={t('How long')}
          value={minutes}
          onChange={(next) => set({ minutes: next })}
          options={[...new Set([...LENGTHS, Number(minutes)])]
            .sort((a, b) => a - b)
            .map((each) => [String(each), t('{count} minutes', { count: each })] as const)}
        />
      </div>
    </SendForm>
  );
}
