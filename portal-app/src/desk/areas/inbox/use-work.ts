/** What an item of the inbox needs to be acted on: who acts, and the one way in which an action is sent, told, and followed by the next item. */
import type { Task } from '@medplum/fhirtypes';
import { createContext, type RefObject, useContext, useRef } from 'react';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';

export interface Done {
  /** What was done, in words. */
  readonly words: string;
  /** How it was before, where it can be taken back. */
  readonly before?: Task;
  readonly identity?: string;
}

export interface Inbox {
  /** Says it, and opens the next item unless this one stays. */
  done(task: Task, done: Done, stays?: boolean): void;
  say(words: string): void;
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
const SHOWN = [
  'queue',
  'queue-counts',
  'task',
  'messages',
  'prescription',
  'visit',
  'free-times',
  'release',
  'coverage',
  'patient',
  'document',
  'beside',
] as const;

/** Sent once, however often it is pressed, and for the version of the Task that was looked at. */
export function useWork(task: Task, { name, what, act, words, canBeUndone, stays, onDone }: Work) {
  const inbox = useInbox();
  const refresh = useRefresh();
  const sent = useRef('');
  return useSend({
    form: `${name} ${task.id}`,
    what: [what ?? '', task.meta?.versionId],
    send: (identity) => {
      sent.current = identity;
      return act(identity);
    },
    onSuccess: () => {
      onDone?.();
      inbox.done(task, { words, ...(canBeUndone ? { before: task, identity: sent.current } : {}) }, stays);
    },
    onSettled: () => void refresh(...SHOWN),
  });
}
