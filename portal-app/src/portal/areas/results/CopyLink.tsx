/** The address of this page, to be kept or sent to oneself: it holds an id and nothing of anybody's health, and opens for nobody but who may read the record. */
import { useState } from 'react';
import { t } from '../../../i18n/text.ts';

export function CopyLink() {
  const [said, setSaid] = useState<'Copied' | 'The link could not be copied.'>();
  const copy = (): void => {
    const { origin, pathname } = location;
    const written = navigator.clipboard?.writeText(origin + pathname) ?? Promise.reject();
    written.then(
      () => setSaid('Copied'),
      () => setSaid('The link could not be copied.'),
    );
  };
  return (
    <>
      <button type="button" className="button quiet" onClick={copy}>
        {t('Copy a link to this page')}
      </button>
      <span role="status">{said && t(said)}</span>
    </>
  );
}
