import { type Text, t } from '../i18n/text.ts';
import { Dialog } from './Dialog.tsx';
import styles from './key-help.module.css';

export type Keys = readonly (readonly [key: string, what: Text])[];

export function KeyList({ keys, onClose }: { readonly keys: Keys; readonly onClose: () => void }) {
  return (
    <Dialog title={t('Keys')} onClose={onClose}>
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
  );
}
