/** What is done to all that is chosen in the list, in one act, and taken back in one. */
import type { Task } from '@medplum/fhirtypes';
import { useRef, useState } from 'react';
import { formatDate } from '../../../format/date.ts';
import { failureWords } from '../../../format/explained.ts';
import { plural, t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { decided } from '../../../record/work/decide.ts';
import { takeAllBack } from '../../../record/work/hand-over.ts';
import { canBeFinished } from '../../../record/work/kinds.ts';
import { canBePutOff, putOffOf } from '../../../record/work/put-off.ts';
import { changeSeveral } from '../../../record/work/several.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Button } from '../../../ui/Button.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { backWords } from './back-words.ts';
import styles from './inbox.module.css';
import { dayOf, firstDayId, PutOffForm, requireDay, wishFor } from './PutOffForm.tsx';
import { Key, openAt } from './parts.tsx';
import type { Chosen } from './use-chosen.ts';
import { useInbox } from './use-work.ts';

const ID = 'several';

export function Several({ chosen }: { readonly chosen: Chosen }) {
  const by = useBy();
  const [isOpen, setOpen] = useState(false);
  const { tasks } = chosen;
  const [wish, setWish] = useState(() => wishFor('same'));
  const day = dayOf(wish);
  const finishing = useSeveral(chosen, {
    name: 'finish several',
    what: '',
    fits: canBeFinished,
    change: (task) => decided(task, by, { status: 'completed' }),
    words: (count) => plural(count, '1 item is finished', '{count} items are finished'),
    left: (count) => plural(count, '1 wants a decision', '{count} want a decision'),
    none: () => t('Each of these wants a decision of its own.'),
  });
  const putting = useSeveral(chosen, {
    name: 'put off several',
    what: wish,
    fits: canBePutOff,
    change: (task) => {
      requireDay(ID, wish);
      return putOffOf(task, { by, day, forWhom: wish.forWhom, note: '' });
    },
    words: (count) =>
      t(count === 1 ? '1 item is put off until {date}' : '{count} items are put off until {date}', {
        count,
        date: formatDate(day),
      }),
    left: (count) => plural(count, '1 can’t be put off', '{count} can’t be put off'),
    none: () => t('None of these can be put off.'),
    onDone: () => setOpen(false),
  });
  const open = (): void => openAt(() => setOpen(true), firstDayId(ID));
  useKeys(tasks.length === 0 ? {} : { e: finishing.mutate, s: open, Escape: chosen.none });
  if (tasks.length === 0) return null;
  return (
    <section className={styles.several} aria-label={t('What is chosen')}>
      <div className={styles.who}>
        <strong className={styles.check} role="status">
          {plural(tasks.length, '1 is chosen', '{count} are chosen')}
        </strong>
        <Button
          className="button secondary"
          aria-keyshortcuts="e"
          isOff={finishing.isPending}
          onClick={() => finishing.mutate()}
        >
          {t('Finish')} <Key of="e" />
        </Button>
        <button type="button" className="button secondary" aria-keyshortcuts="s" onClick={open}>
          {t('Later')} <Key of="s" />
        </button>
        <button type="button" className="button quiet" aria-keyshortcuts="X" onClick={chosen.all}>
          {t('Choose all that is shown')} <Key of="X" />
        </button>
        <button type="button" className="button quiet" aria-keyshortcuts="Escape" onClick={chosen.none}>
          {t('Choose none')} <Key of="Esc" />
        </button>
      </div>
      {finishing.error && <p role="alert">{failureWords(finishing.error)}</p>}
      {isOpen && (
        <PutOffForm
          id={ID}
          wish={wish}
          onChange={setWish}
          state={putting}
          onSend={() => putting.mutate()}
          onCancel={() => setOpen(false)}
          options={[
            ['same', t('Whoever has it now')],
            ['pool', t('The pool')],
            ['me', t('Me')],
          ]}
        />
      )}
    </section>
  );
}

interface Act {
  /** Its name, and what else is asked: the same again is the same. */
  readonly name: string;
  readonly what: unknown;
  readonly fits: (task: Task) => boolean;
  readonly change: (task: Task) => Task;
  readonly words: (count: number) => string;
  /** Of those that it does not fit. */
  readonly left: (count: number) => string;
  /** Said where it fits none of them. */
  readonly none: () => string;
  readonly onDone?: () => void;
}

function useSeveral(chosen: Chosen, { name, what, fits, change, words, left, none, onDone }: Act) {
  const { fhir } = useSignedIn();
  const { doneWith, say } = useInbox();
  const refresh = useRefresh();
  const identity = useRef('');
  const fitting = chosen.tasks.filter(fits);
  const unfit = chosen.tasks.length - fitting.length;
  const send = useSend({
    form: name,
    what: [what, fitting.map(({ id, meta }) => [id, meta?.versionId])],
    send: (asked) => {
      identity.current = asked;
      return changeSeveral(fhir, fitting, change, asked);
    },
    onSuccess: (before) => {
      const sent = identity.current;
      onDone?.();
      chosen.drop(before);
      doneWith(before, {
        words: [
          words(before.length),
          ...(unfit > 0 ? [left(unfit)] : []),
          ...touched(fitting.length - before.length),
        ].join(' · '),
        ...(before.length > 0
          ? { takeBack: async () => backWords(await takeAllBack(fhir, before, sent)) }
          : {}),
      });
    },
    onSettled: () => refresh('queue', 'queue-counts', 'task'),
  });
  const mutate = (): void => (fitting.length === 0 ? say(none()) : send.mutate());
  return { ...send, mutate };
}

const touched = (count: number): readonly string[] =>
  count > 0
    ? [plural(count, '1 was changed meanwhile and is left', '{count} were changed meanwhile and are left')]
    : [];
