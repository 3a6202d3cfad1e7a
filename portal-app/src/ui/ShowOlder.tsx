/** The way on in a list that is read page by page, the newest first. */
import { t } from '../i18n/text.ts';

export function ShowOlder({
  isLoading,
  onPress,
}: {
  readonly isLoading: boolean;
  readonly onPress: () => void;
}) {
  return (
    <p>
      <button type="button" className="button secondary" disabled={isLoading} onClick={onPress}>
        {t(isLoading ? 'Loading…' : 'Show older ones')}
      </button>
    </p>
  );
}
