/** The keys of a page, in a dialog that ? opens. */
import { useState } from 'react';
import { type Text, t } from '../i18n/text.ts';
import { Dialog } from './Dialog.tsx';
import styles from './key-help.module.css';
import { useKeys } from './keys.ts';

export function KeyHelp({ keys }: { readonly keys: readonly (readonly [key: string, what: Text])[] }) {
  const [isOpen, setOpen] = useState(false);
  const open = (): void => setOpen(true);
  useKeys({ '?': open });
  return (
    <>
      <button type="button" className="button quiet" aria-keyshortcuts="?" onClick={open}>
        {t('Keys')}
      </button>
      {isOpen && (
        <Dialog title={t('Keys')} onClose={() => setOpen(false)}>
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
        </Dialog>
      )}
    </>
  );
}
