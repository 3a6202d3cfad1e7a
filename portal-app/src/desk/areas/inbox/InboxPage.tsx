/** The inbox: one queue of what patients sent, the item beside it. What is shown is in the address. */
import type { Task } from '@medplum/fhirtypes';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { failureWords } from '../../../format/explained.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { excerptsQuery } from '../../../record/work/excerpts.ts';
import { labelOf } from '../../../record/work/kind-words.ts';
import { addressOf, countsQuery, filtersOf, queueOf, queueQuery } from '../../../record/work/queue.ts';
import { ALL_KINDS } from '../../../record/work/service-levels.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Button } from '../../../ui/Button.tsx';
import { type Command, useCommands } from '../../../ui/commands.ts';
import { KeyHelp } from '../../../ui/KeyHelp.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { later } from '../../../ui/later.tsx';
import { EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { useListKeys } from '../../../ui/use-list-keys.ts';
import { FilterBar } from './FilterBar.tsx';
import { ItemPanel } from './ItemPanel.tsx';
import styles from './inbox.module.css';
import { focusItem, focusOn, ITEM_HEADING, Key } from './parts.tsx';
import { QueueList, rowId } from './QueueList.tsx';
import { Several } from './Several.tsx';
import { useChosen } from './use-chosen.ts';
import { type Done, type Inbox, InboxContext } from './use-work.ts';

const KEYS: readonly (readonly [string, Text])[] = [
  ['j  k', 'Down and up the list'],
  ['o', 'Into the open item'],
  ['r', 'Answer'],
  ['a', 'Approve: Enter sends it'],
  ['d', 'Decline'],
  ['c', 'Claim'],
  ['h', 'Hand over'],
  ['t', 'Make a task'],
  ['e', 'Finish'],
  ['s', 'Later: put off until a day'],
  ['x', 'Choose, to finish or put off several'],
  ['X', 'Choose all that is shown'],
  ['z', 'Undo'],
  ['/', 'Search'],
  ['Esc', 'Out of what one writes'],
  ['?', 'This list'],
];

/** At the end of a shift. */
const HandOverAll = later(async () => (await import('./HandOverAll.tsx')).HandOverAll);

const NO_EXCERPTS: ReadonlyMap<string, string> = new Map();

export function InboxPage() {
  const { fhir } = useSignedIn();
  const [parameters] = useSearchParams();
  const filters = filtersOf(parameters);
  const search = addressOf(filters);
  const id = useParams()['*'] || undefined;
  const navigate = useNavigate();
  const query = useInfiniteQuery(queueQuery(fhir, filters));
  const counts = useQuery(countsQuery(fhir, filters)).data;
  useLive(['Task'], ['queue', 'queue-counts']);
  const { tasks, patients } = useMemo(() => queueOf(query.data?.pages ?? []), [query.data]);
  const excerpts = useQuery(excerptsQuery(fhir, tasks)).data ?? NO_EXCERPTS;
  const go = (next: string | undefined): void =>
    void navigate(next === undefined ? `/inbox${search}` : `/inbox/${next}${search}`, { replace: true });
  const more = (): void => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  useListKeys({
    ids: tasks.map((task) => task.id ?? ''),
    current: id,
    onGo: go,
    onEnter: focusItem,
    onEnd: more,
    elementId: rowId,
  });
  const chosen = useChosen(tasks, id, search);
  const { inbox, told, takeBack } = useDone(tasks, id, go, chosen.tasks.length);
  useFilterCommands();
  useEscape();
  return (
    <InboxContext value={inbox}>
      <div className={styles.top}>
        <PageHead title={t('Inbox')} />
        <div className={styles.told}>
          <p role="status">{told?.words}</p>
          {told?.takeBack && (
            <Button
              className="button quiet"
              aria-keyshortcuts="z"
              isOff={takeBack.isPending}
              onClick={() => takeBack.mutate()}
            >
              {t('Undo')} <Key of="z" />
            </Button>
          )}
          {takeBack.error && <p role="alert">{failureWords(takeBack.error)}</p>}
        </div>
        <KeyHelp keys={KEYS} />
      </div>
      <div className={id === undefined ? styles.above : `${styles.above} ${styles.wideOnly}`}>
        <FilterBar filters={filters} counts={counts} />
        {filters.who === 'mine' && tasks.length > 0 && (
          <Suspense>
            <HandOverAll />
          </Suspense>
        )}
      </div>
      <Several chosen={chosen} />
      <div className={styles.columns}>
        <div className={id === undefined ? styles.queue : styles.behind}>
          <Loaded query={query} rows={8}>
            {({ pages }) => (
              <QueueList
                tasks={tasks}
                patients={patients}
                excerpts={excerpts}
                total={pages[0]?.total}
                current={id}
                search={search}
                isPutOff={filters.isPutOff}
                chosen={chosen}
                more={query.hasNextPage ? more : undefined}
              />
            )}
          </Loaded>
        </div>
        {id === undefined ? (
          <div className={styles.wideOnly}>
            <EmptyState>
              {t(
                query.data && tasks.length === 0
                  ? 'What patients send is shown here.'
                  : 'Choose an item, or press j.',
              )}
            </EmptyState>
          </div>
        ) : (
          <ItemPanel id={id} back={`/inbox${search}`} />
        )}
      </div>
    </InboxContext>
  );
}

/** Out of what one writes, which is kept, to where the keys of one letter work again. */
function useEscape(): void {
  useEffect(() => {
    const onKey = ({ key, target }: KeyboardEvent): void => {
      const isWriting = target instanceof Element && target.matches('main :is(input, textarea, select)');
      if (key === 'Escape' && isWriting) focusOn(ITEM_HEADING);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** What was done is told, can be taken back where nobody touched it since, and the next item opens with the focus on it. */
function useDone(
  tasks: readonly Task[],
  current: string | undefined,
  go: (id: string | undefined) => void,
  chosen: number,
) {
  const refresh = useRefresh();
  const [told, setTold] = useState<Done>();
  const now = useRef({ tasks, current, go });
  now.current = { tasks, current, go };
  const takesFocus = useRef(false);
  const takeBack = useAction({
    act: async () => told?.takeBack?.() ?? '',
    onSuccess: (words: string) => {
      const back = told?.back;
      setTold({ words });
      if (back === undefined) return;
      takesFocus.current = true;
      now.current.go(back);
    },
    onSettled: () => void refresh('queue', 'queue-counts', 'task'),
  });
  useKeys({ z: () => told?.takeBack && takeBack.mutate() });
  const done = useCallback((task: Task, what: Done, stays = false): void => {
    setTold(what);
    const { tasks: list, current: open, go: goTo } = now.current;
    if (stays) focusItem();
    if (stays || open !== task.id) return;
    const at = list.findIndex(({ id }) => id === task.id);
    const next = (list[at + 1] ?? list[at - 1])?.id;
    takesFocus.current = next !== undefined;
    goTo(next);
    if (next === undefined) document.querySelector('h1')?.focus();
  }, []);
  const doneWith = useCallback((several: readonly Task[], what: Done): void => {
    setTold(what);
    const { tasks: list, current: open, go: goTo } = now.current;
    const gone = new Set(several.map(({ id }) => id));
    const at = list.findIndex(({ id }) => (open === undefined ? gone.has(id) : id === open));
    const isLeft = ({ id }: Task): boolean => !gone.has(id);
    const next = (list.slice(Math.max(at, 0)).find(isLeft) ?? list.findLast(isLeft))?.id;
    if (open !== undefined && gone.has(open)) {
      takesFocus.current = next !== undefined;
      goTo(next);
    }
    if (next === undefined) document.querySelector('h1')?.focus();
    else document.getElementById(rowId(next))?.focus();
  }, []);
  const inbox = useMemo(
    (): Inbox => ({
      done,
      doneWith,
      tell: setTold,
      say: (words) => setTold({ words }),
      chosen,
      takesFocus,
    }),
    [done, doneWith, chosen],
  );
  return { inbox, told, takeBack };
}

/** Each list of the inbox, from the palette. */
function useFilterCommands(): void {
  const navigate = useNavigate();
  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'inbox mine',
          label: t('Inbox: {name}', { name: t('Mine') }),
          run: () => void navigate('/inbox?who=mine'),
        },
        ...ALL_KINDS.map((kind) => ({
          id: `inbox ${kind}`,
          label: t('Inbox: {name}', { name: labelOf(kind) }),
          run: () => void navigate(`/inbox?kind=${kind}`),
        })),
      ],
      [navigate],
    ),
  );
}
