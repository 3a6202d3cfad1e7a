/** What of the log is shown: in the address, as with results; the words that are looked for are not. */
import { useLocation, useSearchParams } from 'react-router';
import type { Visit } from '../../../record/access/words.ts';
import { useAtOnce } from '../../../ui/use-at-once.ts';

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
  const { state } = useLocation();
  const filters: LogFilters = {
    whose: WHOSE.find((each) => each === parameters.get('whose')) ?? 'others',
    deeds: DEEDS.find((each) => each === parameters.get('deeds')) ?? 'all',
    text: typeof state === 'string' ? state : '',
  };
  const [shown, set] = useAtOnce(filters, (_, { whose, deeds, text }) => {
    const asked = { ...(whose === 'others' ? {} : { whose }), ...(deeds === 'all' ? {} : { deeds }) };
    setParameters(asked, { replace: true, state: text });
  });
  return { ...shown, set };
}

export function isShown({ whose, deeds, text }: LogFilters, visit: Visit): boolean {
  if (whose !== 'all' && visit.isOneself !== (whose === 'self')) return false;
  if (deeds === 'changes' && !visit.hasChanges) return false;
  const words = [visit.who, ...visit.deeds.map(({ whole }) => whole)].join(' ').toLowerCase();
  return words.includes(text.trim().toLowerCase());
}
