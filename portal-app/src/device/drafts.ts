/**
 * What was begun and not sent: there again when the form is, after leaving it, after a reload, and after a sign-in that ended in the middle of it. Sealed in
 * this browser's vault under the name of the person and the record; gone when it was sent, when they sign out, or after a week. Tabs share them: what is written,
 * sent or discarded in one is so in all, and none puts back what another one had.
 */
import { useEffect, useRef, useState } from 'react';
import { type Changes, changedBy, UNTOUCHED } from './changes.ts';
import { type Draft, isOlder, KEEP_MS, lastWordsKept } from './draft.ts';
import type { FieldsOf } from './meanwhile.ts';
import { fromVault, toVault, wipeVault } from './vault.ts';

type TabMessage =
  | { readonly owner: string; readonly name: string; readonly draft: Draft }
  | { readonly isForgotten: true };

/** The longest that something to be sent waits for a browser that does not answer. */
const PATIENCE_MS = 1000;

let owner = '';
let drafts = new Map<string, Draft>();
let tabs: BroadcastChannel | undefined;
let saving: Promise<void> | undefined;
let isChanged = false;
const listeners = new Set<(name: string) => void>();

/** Before the first form is shown. `person`: who is signed in, and on whose record. */
export async function loadDrafts(person: string, now = Date.now()): Promise<void> {
  owner = `drafts ${person}`;
  tabs ??= listenToTabs();
  // Looked for first: another tab may put them into the vault after it was read here, and then they are in neither.
  const hasLastWords = lastWordsKept().length > 0;
  const kept = await fromVault<[string, Draft][]>(owner);
  drafts = new Map(kept?.filter(([, { at }]) => now - at < KEEP_MS));
  if (hasLastWords) await merge(owner, drafts);
}

/** Under whose name something is kept. */
export const draftsOwner = (): string => owner;

function listenToTabs(): BroadcastChannel {
  const channel = new BroadcastChannel('wellspring.drafts');
  channel.onmessage = ({ data }: MessageEvent<TabMessage>) => {
    if ('isForgotten' in data) return drafts.clear();
    if (data.owner !== owner || isOlder(data.draft, drafts.get(data.name))) return undefined;
    drafts.set(data.name, data.draft);
    for (const listener of listeners) listener(data.name);
    return undefined;
  };
  return channel;
}

/** Where the part that looks at other tabs can't be fetched (no network). */
const keepOwn = (whose: string, own: Map<string, Draft>): Promise<unknown> => toVault(whose, [...own]);

/** What keeps drafts for all tabs, and what is typed in the moment before this page goes away. */
async function keeper(): Promise<{ readonly mergeDrafts: typeof keepOwn }> {
  const { mergeDrafts, watchLeaving } = await import('./kept-drafts.ts');
  watchLeaving(() => saving && { owner, drafts });
  return { mergeDrafts };
}

/** What is typed at the last moment is kept once this was asked for: whoever keeps something under a name asks when it is shown, not when it is left. Never rejects. */
export const readyToKeep = (): Promise<unknown> => keeper().catch(() => undefined);

/** Never rejects. */
async function merge(whose: string, own: Map<string, Draft>): Promise<void> {
  const { mergeDrafts } = await keeper().catch(() => ({ mergeDrafts: keepOwn }));
  await mergeDrafts(whose, own).catch(() => undefined);
}

/** At once, and once more for what changed meanwhile. Never rejects. */
async function save(): Promise<void> {
  while (isChanged) {
    isChanged = false;
    await merge(owner, drafts);
  }
  saving = undefined;
}

/** When what is kept will be there after a reload. Never rejects. */
export const draftsKept = (): Promise<unknown> =>
  Promise.race([saving, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);

/** All of them, and whatever else the browser keeps. */
export async function forgetDrafts(): Promise<void> {
  drafts.clear();
  isChanged = false;
  tabs?.postMessage({ isForgotten: true } satisfies TabMessage);
  await saving;
  for (const name of lastWordsKept()) localStorage.removeItem(name);
  await wipeVault();
}

/** What is kept under a name besides the words of a form. */
export const draftOf = <T>(name: string): T | undefined => drafts.get(name)?.value as T | undefined;

/** undefined: no longer. `isForTabs`: others hear of it at once, and not only when they keep something. */
export function keepDraft(name: string, value: unknown, isForTabs = true): void {
  if (value === undefined && !drafts.has(name)) return;
  // Later than the one before, also in the same millisecond.
  const at = Math.max(Date.now(), (drafts.get(name)?.at ?? 0) + 1);
  const draft: Draft = value === undefined ? { at } : { value, at };
  drafts.set(name, draft);
  if (isForTabs) tabs?.postMessage({ owner, name, draft } satisfies TabMessage);
  isChanged = true;
  saving ??= save();
}

/** Like useState, but under a name. What is empty is no draft. */
export function useDraft<T>(
  name: string,
  initial: T,
): [value: T, set: (value: T) => void, discard: () => void] {
  const [value, setValue] = useState<T>(() => draftOf<T>(name) ?? initial);
  const empty = useRef(initial);
  useEffect(() => void readyToKeep(), []);
  // Written, sent or discarded in another tab.
  useEffect(() => {
    const listener = (changed: string): void => {
      if (changed === name) setValue(draftOf<T>(name) ?? empty.current);
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [name]);
  const keep = (next: T): void => {
    keepDraft(name, JSON.stringify(next) === JSON.stringify(initial) ? undefined : next);
    setValue(next);
  };
  return [value, keep, () => keep(initial)];
}

/**
 * For what is on record already: only what the person changed is a draft, so that what the clinic changes meanwhile is shown, and is not put back to what it was. `check`,
 * before it is sent: rejects once where something was typed over what is other by now (meanwhile.ts).
 */
export function useChanges<T extends object>(
  name: string,
  onRecord: T,
): [
  value: T,
  change: (next: Partial<T>) => void,
  discard: () => void,
  check: (fields: FieldsOf<T>) => Promise<void>,
] {
  const [changes, set, discard] = useDraft<Changes<T>>(`changed ${name}`, UNTOUCHED);
  const check = async (fields: FieldsOf<T>): Promise<void> => {
    const { tellMeanwhile } = await import('./meanwhile.ts');
    tellMeanwhile(changes, onRecord, fields, () =>
      set({ ...changes, over: changedBy({ ...changes, over: {} }, onRecord, {}).over }),
    );
  };
  return [
    { ...onRecord, ...changes.typed },
    (next) => set(changedBy(changes, onRecord, next)),
    discard,
    check,
  ];
}
