/** A change of one entry of a list: saved for the version that was read, and read anew whatever became of it. */
import { useState } from 'react';
import type { Listed } from '../../../record/lists/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';

/** What was opened, until a save of it was refused: from then on as it is, so that it is looked at, and saved, anew. */
export function useOpened<T>(newest: T): [opened: T, catchUp: () => void] {
  const [opened, setOpened] = useState<T | undefined>(newest);
  return [opened ?? newest, () => setOpened(undefined)];
}

/** `change`: the entry as it is to be. `catchUp`: when it could not be saved. */
export function useEntryChange(
  change: () => Listed | Promise<Listed>,
  { onDone, catchUp }: { readonly onDone: () => void; readonly catchUp: () => void },
) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  return useAction({
    act: async () => fhir.update(await change()),
    onError: catchUp,
    onSettled: () => refresh('lists', 'banner', 'timeline'),
    onSuccess: onDone,
  });
}
