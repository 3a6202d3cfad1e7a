/** The way on in a list that is read page by page, the newest first. */
import { t } from '../i18n/text.ts';
import { Button } from './Button.tsx';

export function ShowOlder({
  isLoading,
  onPress,
}: {
  readonly isLoading: boolean;
  readonly onPress: () => void;
}) {
  return (
    <p>
      <Button className="button secondary" isOff={isLoading} onClick={onPress}>
        {t(isLoading ? 'Loading…' : 'Show older ones')}
      </Button>
    </p>
  );
}
