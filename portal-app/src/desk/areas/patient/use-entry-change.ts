/** A change of one entry of a list: saved for the version that was read, and read anew whatever became of it. */
import type { Listed } from '../../../record/lists/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';

/** `change`: the entry as it is to be. */
export function useEntryChange(change: () => Listed, onDone: () => void) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  return useAction({
    act: () => fhir.update(change()),
    onSettled: () => refresh('lists', 'banner', 'timeline'),
    onSuccess: onDone,
  });
}
