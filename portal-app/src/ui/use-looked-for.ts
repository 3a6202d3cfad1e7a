/** Words that are looked for on a page: there again on the way back and after a reload, and kept out of its address, which may tell nothing of anybody's health. */
import { useEffect } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { readyToKeep } from '../device/drafts.ts';
import { entryNamed } from '../device/entry-name.ts';
import { keepWords, wordsOf } from '../device/looked-for.ts';
import { useAtOnce } from './use-at-once.ts';

/** What this entry of the history names; what is looked for there is kept up to the last moment. */
export function useEntry(): string | undefined {
  const { state } = useLocation();
  useEffect(() => void readyToKeep(), []);
  return entryNamed(state);
}

export function useLookedFor(): readonly [string, (text: string) => void] {
  const entry = useEntry();
  const [parameters, setParameters] = useSearchParams();
  const [{ words }, set] = useAtOnce({ words: entry }, (_, next) =>
    setParameters(parameters, { replace: true, state: next.words }),
  );
  return [wordsOf(words), (text) => set({ words: keepWords(words, text) })];
}

/** The same beside what else of a page is in its address. `set`: of `useAtOnce`, for an object that has `words`. */
export const settingWords =
  <T extends { readonly words: string | undefined }>({ words }: T, set: (change: Partial<T>) => void) =>
  ({ text, ...change }: Partial<Omit<T, 'words'>> & { readonly text?: string }): void =>
    set({ ...change, ...(text === undefined ? {} : { words: keepWords(words, text) }) } as Partial<T>);
