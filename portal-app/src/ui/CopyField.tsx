/** Something to hand on: shown whole, selected at a touch, copied by a button that says when it is done. */
import { useState } from 'react';
import { t } from '../i18n/text.ts';
import styles from './form.module.css';

export function CopyField({
  id,
  label,
  value,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input id={id} type="text" readOnly value={value} onFocus={(event) => event.target.select()} />
      <p>
        <button
          type="button"
          className="button secondary"
          onClick={() => void navigator.clipboard?.writeText(value).then(() => setCopied(true))}
        >
          {t(isCopied ? 'Copied' : 'Copy')}
        </button>
      </p>
    </div>
  );
}
