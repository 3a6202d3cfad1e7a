/** Whose record is open, seen on every page; in another colour where it is not the reader's own; and the way to another one. */
import { t } from '../i18n/text.ts';
import type { Whose } from '../record/patient/whose.ts';
import { startSignIn } from '../smart/launch.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { Icon } from '../ui/icons.tsx';
import { initials } from '../ui/whose.tsx';
import styles from './whose.module.css';

/** `where`: both are in the page, one of them is seen. */
export function WhoseRecord({ whose, where }: { readonly whose: Whose; readonly where: 'desk' | 'phone' }) {
  const { config, copy } = usePortal();
  return (
    <section
      aria-label={t('Whose record')}
      className={`${styles.whose} ${styles[where] ?? ''} ${whose.isOwn ? '' : styles.other}`}
    >
      {whose.picture ? (
        <img className={styles.face} src={whose.picture} alt="" width="40" height="40" />
      ) : (
        <span className={styles.face} aria-hidden="true">
          {initials(whose.name)}
        </span>
      )}
      <p className={styles.name}>
        <strong>{whose.name || '\u00a0'}</strong>
        <span>{whose.isOwn ? t('Your own record') : relationWords(whose)}</span>
      </p>
      {!copy && (
        <button
          type="button"
          className={`button quiet ${styles.change}`}
          onClick={() => void startSignIn(config, '/', 'choose')}
        >
          <Icon name="change" />
          {t('Change')}
          <span className="visually-hidden"> {t('the record that is open')}</span>
        </button>
      )}
    </section>
  );
}

/** "Not your own record. You are signed in as Grace (mother)." */
function relationWords({ reader: { firstName, relation } }: Whose): string {
  if (firstName === undefined) return t('Not your own record');
  const name = relation === undefined ? firstName : `${firstName} (${relation.toLocaleLowerCase()})`;
  return `${t('Not your own record')}. ${t('You are signed in as {name}.', { name })}`;
}
