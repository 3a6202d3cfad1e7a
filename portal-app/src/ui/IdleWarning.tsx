/** Two minutes before the session ends by itself. */
import { useEffect, useRef } from 'react';
import { type Text, t } from '../i18n/text.ts';
import styles from './parts.module.css';

export function IdleWarning({
  why,
  onStay,
  onSignOut,
}: {
  readonly why: Text;
  readonly onStay: () => void;
  readonly onSignOut: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="idle-title" onClose={onStay}>
      <h2 id="idle-title">{t('Are you still there?')}</h2>
      <p>{t(why)}</p>
      <div className={styles.actions}>
        <button type="button" className="button" onClick={onStay}>
          {t('Stay signed in')}
        </button>
        <button type="button" className="button secondary" onClick={onSignOut}>
          {t('Sign out')}
        </button>
      </div>
    </dialog>
  );
}
