/** Until a day, for the pool or for oneself: one item, or several that are chosen. */
import type { Task } from '@medplum/fhirtypes';
import { type ReactNode, useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { today } from '../../../format/clinic-clock.ts';
import { formatDate, formatWeekday } from '../../../format/date.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { useOwnerNames } from '../../../record/staff/use-owner-names.ts';
import { isSeenByPatient } from '../../../record/work/follow-up.ts';
import { daysOffered, type ForWhom, putOff } from '../../../record/work/put-off.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Select, SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import styles from './inbox.module.css';
import { useWork } from './use-work.ts';

interface Wish {
  /** One of those offered, or ''. */
  readonly offered: string;
  readonly other: string;
  readonly forWhom: ForWhom;
}

const dayOf = ({ offered, other }: Wish): string => offered || other;

/** The id of what takes the focus. */
export const firstDayId = (id: string): string => `later-${id}-0`;

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

export function useWish(forWhom: ForWhom) {
  return useState<Wish>(() => ({ offered: daysOffered()[0] ?? '', other: '', forWhom }));
}

/** Throws FieldProblem. */
export function requireDay(id: string, day: string): void {
  requireRight(`later-${id}-day`, day <= today() && 'Please choose a day that is to come.');
}

export { dayOf };

export function PutOffForm({
  id,
  wish,
  onChange,
  options,
  children,
  ...form
}: {
  readonly id: string;
  readonly wish: Wish;
  readonly onChange: (wish: Wish) => void;
  readonly options: readonly (readonly [ForWhom, string])[];
  readonly state: { readonly isPending: boolean; readonly error: Error | null };
  readonly onSend: () => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}) {
  const day = dayOf(wish);
  const days = daysOffered();
  return (
    <SendForm
      label={day ? t('Put it off until {date}', { date: formatDate(day) }) : t('Put it off')}
      {...form}
    >
      <fieldset className={styles.days}>
        <legend>{t('Until when?')}</legend>
        {days.map((each, i) => (
          <label key={each}>
            <input
              id={`later-${id}-${i}`}
              type="radio"
              name={`later-${id}`}
              checked={wish.offered === each}
              onChange={() => onChange({ ...wish, offered: each })}
            />
            {i === 0 ? t('Tomorrow, {day}', { day: formatWeekday(each) }) : formatWeekday(each)}
          </label>
        ))}
        <label>
          <input
            type="radio"
            name={`later-${id}`}
            checked={wish.offered === ''}
            onChange={() => onChange({ ...wish, offered: '' })}
          />
          {t('Another day')}
        </label>
      </fieldset>
      {wish.offered === '' && (
        <TextField
          id={`later-${id}-day`}
          type="date"
          label={t('Which day?')}
          value={wish.other}
          onChange={(other) => onChange({ ...wish, other })}
          required
        />
      )}
      <Select
        id={`later-${id}-whom`}
        label={t('For whom?')}
        value={wish.forWhom}
        onChange={(forWhom) => onChange({ ...wish, forWhom: forWhom as ForWhom })}
        options={options}
      />
      {children}
    </SendForm>
  );
}
