/** What an item of the inbox needs to be acted on: who acts, and the one way in which an action is sent, told, and followed by the next item. */
import type { Task } from '@medplum/fhirtypes';
import { createContext, type RefObject, useContext, useRef } from 'react';
import { t } from '../../../i18n/text.ts';
import { TakenMeanwhile, undo } from '../../../record/work/decide.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { MATTERS } from './use-seen.ts';

export interface Done {
  /** What was done, in words. */
  readonly words: string;
  /** Takes it back; resolves to what is said then. */
  readonly takeBack?: () => Promise<string>;
  /** The item that opens again with it. */
  readonly back?: string;
}

export interface Inbox {
  /** Says it, and opens the next item unless this one stays. */
  done(task: Task, done: Done, stays?: boolean): void;
  /** Of several at once, or of none. */
  tell(done: Done): void;
  /** Of several of the list at once: it goes on behind them. */
  doneWith(tasks: readonly Task[], done: Done): void;
  say(words: string): void;
  /** So many are chosen in the list: the keys that finish or put off are meant for those. */
  readonly chosen: number;
  /** Whoever finished an item goes on with the next: it takes the focus as soon as it is there. */
  readonly takesFocus: RefObject<boolean>;
}

export const InboxContext = createContext<Inbox | undefined>(undefined);

export function useInbox(): Inbox {
  const inbox = useContext(InboxContext);
  if (!inbox) throw new Error('useInbox outside of the inbox');
  return inbox;
}

interface Work {
  /** Its name, once a task. */
  readonly name: string;
  readonly what?: unknown;
  readonly act: (identity: string) => Promise<unknown>;
  readonly words: string;
  readonly canBeUndone?: boolean;
  readonly stays?: boolean;
  readonly onDone?: () => void;
}

/** What an action may have made old. */
const SHOWN = ['queue', 'queue-counts', 'task', 'free-times', ...MATTERS] as const;

/** Sent once, however often it is pressed, and for the version of the Task that was looked at. */
export function useWork(task: Task, { name, what, act, words, canBeUndone, stays, onDone }: Work) {
  const inbox = useInbox();
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const sent = useRef('');
  return useSend({
    form: `${name} ${task.id}`,
    what: [what ?? '', task.meta?.versionId],
    send: (identity) => {
      sent.current = identity;
      return act(identity).catch((error: unknown) => {
        // The form that would say so is gone as soon as the item is known to be done.
        if (error instanceof TakenMeanwhile && error.isOver) inbox.say(error.message);
        throw error;
      });
    },
    onSuccess: () => {
      onDone?.();
      const identity = sent.current;
      const takeBack = async (): Promise<string> => {
        await undo(fhir, task, identity);
        return t('Taken back');
      };
      inbox.done(
        task,
        { words, ...(canBeUndone ? { takeBack, ...(task.id ? { back: task.id } : {}) } : {}) },
        stays,
      );
    },
    onSettled: () => void refresh(...SHOWN),
  });
}
