/** A field of a form for one file: over words of the page lies the browser's own, which has them in the browser's language. */
import { useEffect, useRef } from 'react';
import { t } from '../i18n/text.ts';
import styles from './form.module.css';
import { FieldProblemText } from './form.tsx';
import { useField } from './form-problems.tsx';

/** One file, or none. `file`: what was chosen, also before the form was left: the field names it. */
export function FileField({
  id,
  label,
  hint,
  accept,
  file,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly accept: string;
  readonly file: File | undefined;
  readonly onChange: (file: File | undefined) => void;
}) {
  const { tied } = useField(id, true);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!input.current || input.current.files?.[0] === file) return;
    const files = new DataTransfer();
    if (file) files.items.add(file);
    input.current.files = files.files;
  }, [file]);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <p className="muted" id={`${id}-hint`}>
        {hint}
      </p>
      <FieldProblemText id={id} />
      <div className={styles.file}>
        <span aria-hidden="true" className="button secondary">
          {t(file ? 'Choose another file' : 'Choose a file')}
        </span>
        <span aria-hidden="true">{file?.name ?? t('No file is chosen.')}</span>
        <input
          ref={input}
          id={id}
          type="file"
          accept={accept}
          {...tied}
          onChange={(event) => onChange(event.target.files?.[0])}
        />
      </div>
    </div>
  );
}
