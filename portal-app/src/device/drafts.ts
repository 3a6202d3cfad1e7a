/**
 * What was begun and not sent: there again when the form is, after leaving it, after a reload, and after a sign-in that ended in the middle of it. Sealed in
 * this browser's vault under the name of the person and the record; gone when it was sent, when they sign out, or after a week.
 */
import { useState } from 'react';
import { fromVault, toVault, wipeVault } from './vault.ts';

interface Draft {
  readonly value: unknown;
  readonly at: number;
}

const KEEP_MS = 7 * 86_400_000;
const SETTLE_MS = 300;

let owner = '';
let drafts = new Map<string, Draft>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Before the first form is shown. `person`: who is signed in, and on whose record. */
export async function loadDrafts(person: string, now = Date.now()): Promise<void> {
  owner = `drafts ${person}`;
  const kept = await fromVault<[string, Draft][]>(owner);
  drafts = new Map(kept?.filter(([, { at }]) => now - at < KEEP_MS));
}

function save(): void {
  void toVault(owner, drafts.size === 0 ? undefined : [...drafts]);
}

/** All of them, and whatever else the browser keeps. */
export async function forgetDrafts(): Promise<void> {
  clearTimeout(timer);
  drafts.clear();
  await wipeVault();
}

/** What is kept under a name besides the words of a form. */
export const draftOf = <T>(name: string): T | undefined => drafts.get(name)?.value as T | undefined;

/** undefined: no longer. */
export function keepDraft(name: string, value: unknown): void {
  if (value === undefined) drafts.delete(name);
  else drafts.set(name, { value, at: Date.now() });
  clearTimeout(timer);
  timer = setTimeout(save, SETTLE_MS);
}

/** Like useState, but under a name. What is empty is no draft. */
export function useDraft<T>(
  name: string,
  initial: T,
): [value: T, set: (value: T) => void, discard: () => void] {
  const [value, setValue] = useState<T>(() => (drafts.get(name)?.value as T | undefined) ?? initial);
  const keep = (next: T): void => {
    keepDraft(name, JSON.stringify(next) === JSON.stringify(initial) ? undefined : next);
    setValue(next);
  };
  return [value, keep, () => keep(initial)];
}

/** For what is on record already: only what the person changed is a draft, so that what the clinic changes meanwhile is shown, and is not put back to what it was. */
export function useChanges<T extends object>(
  name: string,
  onRecord: T,
): [value: T, change: (next: Partial<T>) => void, discard: () => void] {
  const [changed, set, discard] = useDraft<Partial<T>>(name, {});
  return [{ ...onRecord, ...changed }, (next) => set({ ...changed, ...next }), discard];
}
