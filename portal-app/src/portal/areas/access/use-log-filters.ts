/** What of the log is shown: in the address, as with results; the words that are looked for are not. */
import { useSearchParams } from 'react-router';
import { wordsOf } from '../../../device/looked-for.ts';
import type { Visit } from '../../../record/access/words.ts';
import { useAtOnce } from '../../../ui/use-at-once.ts';
import { settingWords, useEntry } from '../../../ui/use-looked-for.ts';

export const WHOSE = ['others', 'self', 'all'] as const;
export const DEEDS = ['all', 'changes'] as const;

export interface LogFilters {
  readonly whose: (typeof WHOSE)[number];
  readonly deeds: (typeof DEEDS)[number];
  readonly text: string;
}

export interface UsedLogFilters extends LogFilters {
  readonly set: (change: Partial<LogFilters>) => void;
}

/** `?whose=all&deeds=changes`; what it does not know it leaves. */
export function useLogFilters(): UsedLogFilters {
  const [parameters, setParameters] = useSearchParams();
  const entry = useEntry();
  const filters: Omit<LogFilters, 'text'> & { readonly words: string | undefined } = {
    whose: WHOSE.find((each) => each === parameters.get('whose')) ?? 'others',
    deeds: DEEDS.find((each) => each === parameters.get('deeds')) ?? 'all',
    words: entry,
  };
  const [shown, set] = useAtOnce(filters, (_, { whose, deeds, words }) => {
    const asked = { ...(whose === 'others' ? {} : { whose }), ...(deeds === 'all' ? {} : { deeds }) };
    setParameters(asked, { replace: true, state: words });
  });
  return { ...shown, text: wordsOf(shown.words), set: settingWords(shown, set) };
}

export function isShown({ whose, deeds, text }: LogFilters, visit: Visit): boolean {
  if (whose !== 'all' && visit.isOneself !== (whose === 'self')) return false;
  if (deeds === 'changes' && !visit.hasChanges) return false;
  const words = [visit.who, ...visit.deeds.map(({ whole }) => whole)].join(' ').toLowerCase();
  return words.includes(text.trim().toLowerCase());
}
