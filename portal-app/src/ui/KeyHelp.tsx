/** The keys of a page, in a dialog that ? opens. */
import { useEffect, useRef, useState } from 'react';
import { type Text, t } from '../i18n/text.ts';
import styles from './key-help.module.css';
import { useKeys } from './keys.ts';
import parts from './parts.module.css';

export function KeyHelp({ keys }: { readonly keys: readonly (readonly [key: string, what: Text])[] }) {
  const [isOpen, setOpen] = useState(false);
  const open = (): void => setOpen(true);
  useKeys({ '?': open });
  return (
    <>
      <button type="button" className="button quiet" aria-keyshortcuts="?" onClick={open}>
        {t('Keys')}
      </button>
      {isOpen && <Help keys={keys} onClose={() => setOpen(false)} />}
    </>
  );
}

function Help({
  keys,
  onClose,
}: {
  readonly keys: readonly (readonly [key: string, what: Text])[];
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={parts.dialog} aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">{t('Keys')}</h2>
      <dl className={styles.keys}>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={() => dialog.current?.close()}>
        {t('Close')}
      </button>
    </dialog>
  );
}
