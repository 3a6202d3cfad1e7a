/** What was opened on this device: ids, which open nothing. What came lately and was not opened is new. */
import { useSyncExternalStore } from 'react';

const SEEN = 'wellspring.seen';
const MOST = 1000;
const NEW_MS = 14 * 86_400_000;

function seen(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(SEEN) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

const listeners = new Set<() => void>();

export function markSeen(...opened: readonly string[]): void {
  const ids = seen();
  const more = opened.filter((id) => id !== '' && !ids.includes(id));
  if (more.length === 0) return;
  localStorage.setItem(SEEN, JSON.stringify([...more, ...ids].slice(0, MOST)));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab.
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

/** Draws anew whoever uses it when something was opened. */
export const useSeen = (): unknown => useSyncExternalStore(subscribe, () => localStorage.getItem(SEEN));

/** `time`: when it came, in milliseconds. */
export const isNew = (id: string | undefined, time: number, now = Date.now()): boolean =>
  id !== undefined && now - time < NEW_MS && now >= time && !seen().includes(id);
