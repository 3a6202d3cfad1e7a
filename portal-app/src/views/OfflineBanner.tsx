/** Without a network, or without a sign-in: what is shown was read earlier, and when. */
import { useQueryClient } from '@tanstack/react-query';
import { useOnline } from '../device/use-online.ts';
import { formatDateTime } from '../format/date.ts';
import { t } from '../i18n/text.ts';
import { startSignIn } from '../smart/launch.ts';
import { useSignedIn } from '../smart/SessionProvider.tsx';
import styles from '../ui/parts.module.css';

export function OfflineBanner() {
  const { config, copy } = useSignedIn();
  const isOnline = useOnline();
  const queries = useQueryClient();
  if (isOnline && !copy) return null;
  const read =
    copy?.at ??
    Math.max(
      0,
      ...queries
        .getQueryCache()
        .getAll()
        .map(({ state }) => state.dataUpdatedAt),
    );
  const time = formatDateTime(new Date(read).toISOString());
  return (
    <div className={styles.offline} role="status">
      <p>
        {isOnline
          ? t('You see the copy on this device, of {time}.', { time })
          : read > 0
            ? t('You are offline. You see what was last read: {time}.', { time })
            : t('You are offline.')}
      </p>
      {copy && isOnline && (
        <button type="button" className="button" onClick={() => void startSignIn(config, location.pathname)}>
          {t('Sign in')}
        </button>
      )}
    </div>
  );
}
