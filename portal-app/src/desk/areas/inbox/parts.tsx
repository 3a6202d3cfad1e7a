/** Small parts that several kinds of items are made of. */
import type { Patient, Task } from '@medplum/fhirtypes';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { useDraft } from '../../../device/drafts.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { type About, filled, quickTexts } from '../../../record/work/quick-texts.ts';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { writeInto } from '../../../ui/write-into.ts';
import styles from './inbox.module.css';
import { useWork } from './use-work.ts';

export interface ItemProps {
  readonly task: Task;
  readonly patient: Patient;
}

/** Puts the cursor where somebody writes or presses next. */
export const focusOn = (id: string): void => document.getElementById(id)?.focus();

/** Shows what is written or pressed next and puts the cursor there, before the next key: that would be one of the page. */
export function openAt(show: () => void, id: string): void {
  flushSync(show);
  focusOn(id);
}

/** The heading that takes the focus when an item is opened, and whenever what had it is gone. */
export const ITEM_HEADING = 'item-heading';

/** Once what is shown has changed. */
export const focusItem = (): void => void requestAnimationFrame(() => focusOn(ITEM_HEADING));

/** `into`: the id of the field that they are written into, beside what stands there. */
export function QuickTexts({
  about,
  patient,
  into,
}: {
  readonly about: About;
  readonly patient: Patient;
  readonly into: string;
}) {
  const me = useBy();
  const reader = useLanguage();
  return (
    <fieldset className={styles.quick}>
      <legend className="visually-hidden">{t('Quick texts')}</legend>
      {quickTexts(about, patient, reader).map(({ name, text }) => (
        <button
          key={name}
          type="button"
          className="button quiet"
          onClick={() => writeInto(into, filled(text, patient, me.display ?? ''))}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

/** “No”, with a reason that the patient reads. Folded until it is wanted. */
export function Decline({
  task,
  patient,
  about,
  label,
  words,
  decline,
}: ItemProps & {
  readonly about: About;
  readonly label: Text;
  readonly words: Text;
  readonly decline: (reason: string, identity: string) => Promise<unknown>;
}) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason, discard] = useDraft(`decline ${task.id}`, '');
  const id = `decline-${task.id}`;
  const send = useWork(task, {
    name: 'decline',
    what: reason,
    words: t(words),
    act: (identity) => decline(reason, identity),
    onDone: discard,
  });
  const open = (): void => openAt(() => setOpen(true), id);
  const close = (): void => {
    setOpen(false);
    focusItem();
  };
  useKeys({ d: open });
  if (!isOpen)
    return (
      <button type="button" className="button secondary" aria-keyshortcuts="d" onClick={open}>
        {t(label)} <Key of="d" />
      </button>
    );
  return (
    <SendForm label={t(label)} state={send} onSend={() => send.mutate()} onCancel={close}>
      <QuickTexts about={about} patient={patient} into={id} />
      <TextArea
        id={id}
        label={t('Why not? The patient reads this.')}
        rows={3}
        value={reason}
        onChange={setReason}
        required
      />
    </SendForm>
  );
}

/** The key that does the same, for eyes only: `aria-keyshortcuts` says it to others. */
export const Key = ({ of }: { readonly of: string }) => (
  <span className={styles.key} aria-hidden="true">
    {of}
  </span>
);
