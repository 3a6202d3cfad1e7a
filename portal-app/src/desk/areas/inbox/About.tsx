/** What an item is about, once it is read; or that there is nothing of this patient's to decide about, and how the item ends then. */
import type { Meta, Task } from '@medplum/fhirtypes';
import type { ReactNode } from 'react';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { finish } from '../../../record/work/decide.ts';
import { canBeFinished } from '../../../record/work/kinds.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { ActionButton } from '../../../ui/form.tsx';
import { EmptyState, Loaded, type QueryLike } from '../../../ui/parts.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { useWork } from './use-work.ts';

export function About<T>({
  task,
  query,
  rows,
  hasAnswer = false,
  marked,
  children,
}: {
  readonly task: Task;
  readonly query: QueryLike<T | null>;
  readonly rows: number;
  /** There is something to answer it with, whatever is found. */
  readonly hasAnswer?: boolean;
  /** What of it bears its labels: whoever answers has to know from whom it is kept. */
  readonly marked: (found: T) => { readonly meta?: Meta | undefined };
  readonly children: (found: T) => ReactNode;
}) {
  return (
    <Loaded query={query} rows={rows}>
      {(found) =>
        found === null ? (
          <>
            <EmptyState>
              {t(
                task.focus?.reference
                  ? 'What this is about is not in this patient’s record, or no longer.'
                  : 'This does not say what it is about.',
              )}
            </EmptyState>
            {!hasAnswer && !canBeFinished(task) && <Finish task={task} />}
          </>
        ) : (
          <>
            <KeptPill of={marked(found)} />
            {children(found)}
          </>
        )
      }
    </Loaded>
  );
}

function Finish({ task }: { readonly task: Task }) {
  const { fhir } = usePortal();
  const by = useBy();
  const end = useWork(task, {
    name: 'finish',
    words: t('Done'),
    canBeUndone: true,
    act: (identity) => finish(fhir, task, by, identity),
  });
  return <ActionButton action={end}>{t('Finish')}</ActionButton>;
}
