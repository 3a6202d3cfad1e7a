/** Two minutes before the session ends by itself. */
import { type Text, t } from '../i18n/text.ts';
import styles from './parts.module.css';
import { useModal } from './use-modal.ts';

export function IdleWarning({
  why,
  onStay,
  onSignOut,
}: {
  readonly why: Text;
  readonly onStay: () => void;
  readonly onSignOut: () => void;
}) {
  const modal = useModal(onStay);
  return (
    <dialog {...modal.props} className={styles.dialog} aria-labelledby="idle-title">
      <h2 id="idle-title">{t('Are you still there?')}</h2>
      <p>{t(why)}</p>
      <div className={styles.actions}>
        <button type="button" className="button" onClick={modal.close}>
          {t('Stay signed in')}
        </button>
        <button type="button" className="button secondary" onClick={onSignOut}>
          {t('Sign out')}
        </button>
      </div>
    </dialog>
  );
}
