/** Something that is asked before the page goes on: a dialog in the middle, or from the bottom edge of a phone. Escape and the button close it. */
import { type ReactNode, useId } from 'react';
import { type Text, t } from '../i18n/text.ts';
import styles from './dialog.module.css';
import { useModal } from './use-modal.ts';

export function Dialog({
  title,
  close = 'Close',
  onClose,
  children,
}: {
  readonly title: string;
  /** What its button says. */
  readonly close?: Text;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const modal = useModal(onClose);
  const id = useId();
  return (
    <dialog {...modal.props} className={styles.dialog} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" className="button quiet" onClick={modal.close}>
          {t(close)}
        </button>
      </div>
      {children}
    </dialog>
  );
}
