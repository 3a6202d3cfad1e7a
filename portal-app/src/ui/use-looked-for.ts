/** Words that are looked for on a page: there again on the way back, and kept out of its address, which may tell nothing of anybody's health. */
import { useLocation, useSearchParams } from 'react-router';
import { useAtOnce } from './use-at-once.ts';

export function useLookedFor(): readonly [string, (text: string) => void] {
  const { state } = useLocation();
  const [parameters, setParameters] = useSearchParams();
  const [{ text }, set] = useAtOnce({ text: typeof state === 'string' ? state : '' }, (_, next) =>
    setParameters(parameters, { replace: true, state: next.text }),
  );
  return [text, (next) => set({ text: next })];
}
