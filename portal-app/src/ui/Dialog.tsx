/** Something that is asked before the page goes on: a dialog in the middle, or from the bottom edge of a phone. Escape and the button close it. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { t } from '../i18n/text.ts';
import styles from './dialog.module.css';

export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={id} onClose={onClose}>
      <div className={styles.head}>
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
          {t('Close')}
        </button>
      </div>
      {children}
    </dialog>
  );
}
