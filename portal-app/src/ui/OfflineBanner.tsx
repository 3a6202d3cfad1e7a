/** Without a network: what is shown was read earlier, and when. */
import { useQueryClient } from '@tanstack/react-query';
import { useOnline } from '../device/use-online.ts';
import { formatDateTime } from '../format/date.ts';
import { t } from '../i18n/text.ts';
import styles from './parts.module.css';

export function OfflineBanner() {
  const isOnline = useOnline();
  const queries = useQueryClient();
  if (isOnline) return null;
  const read = Math.max(
    0,
    ...queries
      .getQueryCache()
      .getAll()
      .map(({ state }) => state.dataUpdatedAt),
  );
  return (
    <p className={styles.offline} role="status">
      {read > 0
        ? t('You are offline. You see what was last read: {time}.', {
            time: formatDateTime(new Date(read).toISOString()),
          })
        : t('You are offline.')}
    </p>
  );
}
