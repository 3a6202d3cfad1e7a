/**
 * What somebody opened of a record, by ids, which open nothing. What came lately and was not opened is new. Kept on the device for each reader of a record apart, with what the server was not
 * told yet (record/inbox/share-seen.ts), so that it goes there when there is a network again.
 */
import { useSyncExternalStore } from 'react';

const MOST = 1000;
const NEW_MS = 14 * 86_400_000;

/** The newest first. */
type Ids = readonly string[];

let name = '';

/** Whose eyes these are, and on whose record. */
export function seeAs(self: string, patient: string): void {
  name = `wellspring.seen ${self} ${patient}`;
  // Of all readers together, as it was kept before.
  localStorage.removeItem('wellspring.seen');
}

function seen(): readonly [ids: Ids, untold: Ids] {
  try {
    const [ids, untold] = JSON.parse(localStorage.getItem(name) ?? '');
    return [[...ids], [...untold]];
  } catch {
    return [[], []];
  }
}

const listeners = new Set<() => void>();

function keep(...lists: readonly [ids: Ids, untold: Ids]): void {
  try {
    localStorage.setItem(name, JSON.stringify(lists.map((list) => [...new Set(list)].slice(0, MOST))));
  } catch {
    // A device that keeps no more shows it as new again.
  }
  for (const listener of listeners) listener();
}

export function markSeen(...opened: Ids): void {
  const [ids, untold] = seen();
  const more = opened.filter((id) => id && !ids.includes(id));
  if (more.length > 0) keep([...more, ...ids], [...more, ...untold]);
}

export const untoldSeen = (): Ids => seen()[1];

/** What other devices opened; and what the server knows of now, or does not want to know. */
export function takeSeen(marks: Ids, told: Ids): void {
  const [ids, untold] = seen();
  keep(
    [...marks, ...ids],
    untold.filter((id) => !told.includes(id)),
  );
}

export function onSeen(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab.
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

/** Draws anew whoever uses it when something was opened. */
export const useSeen = (): unknown => useSyncExternalStore(onSeen, () => localStorage.getItem(name));

/** `time`: when it came, in milliseconds. */
export const isNew = (id: string | undefined, time: number, now = Date.now()): boolean =>
  id !== undefined && now - time < NEW_MS && now >= time && !seen()[0].includes(id);
