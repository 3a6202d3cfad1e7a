/** The keys of a page, in a dialog that ? opens. */
import { Suspense, useState } from 'react';
import { t } from '../i18n/text.ts';
import type { Keys } from './KeyList.tsx';
import { useKeys } from './keys.ts';
import { later } from './later.tsx';

// Seldom asked for: it is fetched then. The page goes on without it where it can't be.
const KeyList = later(() =>
  import('./KeyList.tsx').then(
    (each) => each.KeyList,
    () => () => null,
  ),
);

export function KeyHelp({ keys }: { readonly keys: Keys }) {
  const [isOpen, setOpen] = useState(false);
  const open = (): void => setOpen(true);
  useKeys({ '?': open });
  return (
    <>
      <button type="button" className="button quiet" aria-keyshortcuts="?" onClick={open}>
        {t('Keys')}
      </button>
      {isOpen && (
        <Suspense>
          <KeyList keys={keys} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
