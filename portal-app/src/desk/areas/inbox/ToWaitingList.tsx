/** A visit that nothing free suits: the patient waits, and the server offers what becomes free in turn. */
import type { Appointment, Task } from '@medplum/fhirtypes';
import { useState } from 'react';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { firstDay, lastDay, putOnList, withWhomAsked } from '../../../record/work/visit.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import styles from './inbox.module.css';
import { focusItem, Key, openAt } from './parts.tsx';
import { useWork } from './use-work.ts';

export function ToWaitingList({ task, visit }: { readonly task: Task; readonly visit: Appointment }) {
  const { fhir } = usePortal();
  const by = useBy();
  const [isOpen, setOpen] = useState(false);
  const [from, setFrom] = useState(() => firstDay(visit));
  const [until, setUntil] = useState(() => lastDay(visit));
  const [anybody, setAnybody] = useState(false);
  const wish = { from, until, anybody };
  const id = `wait-${task.id}`;
  const send = useWork(task, {
    name: 'wait',
    what: wish,
    words: t('On the waiting list'),
    act: (identity) => putOnList(fhir, task, { by, visit, wish, identity }),
  });
  const open = (): void => openAt(() => setOpen(true), id);
  const close = (): void => {
    setOpen(false);
    focusItem();
  };
  useKeys({ w: open });
  if (visit.status === 'waitlist') return null;
  if (!isOpen)
    return (
      <button type="button" className="button secondary" aria-keyshortcuts="w" onClick={open}>
        {t('Put on the waiting list')} <Key of="w" />
      </button>
    );
  return (
    <SendForm
      label={t('Put on the waiting list')}
      state={send}
      onSend={() => send.mutate()}
      onCancel={close}
      submitId={id}
    >
      <p>{t('What becomes free is offered to them in turn, and kept for a while.')}</p>
      <div className={styles.when}>
        <TextField
          id={`${id}-from`}
          type="date"
          label={t('Not before')}
          value={from}
          onChange={setFrom}
          required
        />
        <TextField
          id={`${id}-until`}
          type="date"
          label={t('At the latest')}
          value={until}
          onChange={setUntil}
        />
        {withWhomAsked(visit) && (
          <label className={styles.check}>
            <input type="checkbox" checked={anybody} onChange={({ target }) => setAnybody(target.checked)} />
            {t('With anybody who is free')}
          </label>
        )}
      </div>
    </SendForm>
  );
}
