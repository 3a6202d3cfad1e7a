/** Whether this device keeps what was last read, for when there is no network. */
import { useState } from 'react';
import { isCopyWanted, wantCopy } from '../../../device/copy.ts';
import { t } from '../../../i18n/text.ts';
import { Card } from '../../../ui/parts.tsx';

export function CopyCard() {
  const [isWanted, setWanted] = useState(isCopyWanted);
  return (
    <Card title={t('Without a network')}>
      <p>
        {t(
          isWanted
            ? 'This device keeps a sealed copy of what you last read. It is gone when you sign out.'
            : 'This device can keep a sealed copy of what you last read, to be seen without a network. Only choose this on a device of your own.',
        )}
      </p>
      <p>
        <button
          type="button"
          className="button secondary"
          onClick={() => void wantCopy(!isWanted).then(() => setWanted(!isWanted))}
        >
          {t(isWanted ? 'Keep no copy any more' : 'Keep a copy on this device')}
        </button>
      </p>
    </Card>
  );
}
