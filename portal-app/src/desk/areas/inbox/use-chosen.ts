/** What of the list is chosen, to be acted on at once. */
import type { Task } from '@medplum/fhirtypes';
import { useMemo, useState } from 'react';
import { useKeys } from '../../../ui/keys.ts';

export interface Chosen {
  /** Those that still stand in the list, in its order. */
  readonly tasks: readonly Task[];
  has(id: string): boolean;
  toggle(id: string): void;
  all(): void;
  /** These are not chosen any more. */
  drop(tasks: readonly Task[]): void;
  none(): void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** `current`: the open item, which is chosen by x; X chooses all that is shown. `list`: whoever goes to another one has chosen nothing of it. */
export function useChosen(tasks: readonly Task[], current: string | undefined, list: string): Chosen {
  const [{ of, ids }, setIds] = useState({ of: list, ids: NOTHING });
  const own = of === list ? ids : NOTHING;
  const chosen = useMemo((): Chosen => {
    const set = (next: ReadonlySet<string>): void => setIds({ of: list, ids: next });
    return {
      tasks: tasks.filter(({ id }) => own.has(id ?? '')),
      has: (id) => own.has(id),
      toggle: (id) => {
        const next = new Set(own);
        if (!next.delete(id)) next.add(id);
        set(next);
      },
      drop: (gone) => {
        const left = new Set(own);
        for (const { id } of gone) left.delete(id ?? '');
        set(left);
      },
      all: () => set(new Set(tasks.flatMap(({ id }) => id ?? []))),
      none: () => set(NOTHING),
    };
  }, [tasks, own, list]);
  useKeys({
    x: () => chosen.toggle(current ?? tasks[0]?.id ?? ''),
    X: chosen.all,
  });
  return chosen;
}
