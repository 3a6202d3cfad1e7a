/** A visit that nothing free suits: the patient waits, and the server offers what becomes free in turn. */
import type { Appointment, Task } from '@medplum/fhirtypes';
import { useState } from 'react';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { firstDay, lastDay, putOnList, untilId, withWhomAsked } from '../../../record/work/visit.ts';
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
  const asked = { from: firstDay(visit), until: lastDay(visit) };
  // What they asked for, as it is now, until somebody says otherwise.
  const [days, setDays] = useState<Partial<typeof asked>>({});
  const [anybody, setAnybody] = useState(false);
  const wish = { ...asked, ...days, anybody };
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
          value={wish.from}
          onChange={(from) => setDays({ ...days, from })}
          required
        />
        <TextField
          id={untilId(task)}
          type="date"
          label={t('At the latest')}
          value={wish.until}
          onChange={(until) => setDays({ ...days, until })}
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
