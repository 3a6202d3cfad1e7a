/** What of the results is shown: in the address, so that it is there again on the way back, and can be kept. Words that are looked for stay out of it: an address may tell nothing of anybody's health. */
import { useSearchParams } from 'react-router';
import { wordsOf } from '../../../device/looked-for.ts';
import type { OrderFilters } from '../../../record/results/orders.ts';
import { useAtOnce } from '../../../ui/use-at-once.ts';
import { settingWords, useEntry } from '../../../ui/use-looked-for.ts';

export const KINDS = ['all', 'labs', 'vitals', 'reports'] as const;

export interface Filters extends OrderFilters {
  readonly by: 'order' | 'test';
}

export interface UsedFilters extends Filters {
  readonly set: (change: Partial<Filters>) => void;
}

interface Words {
  readonly words: string | undefined;
}

/** `?by=test&kind=labs&flag=outside&flag=new&since=2026-01-31`; what it does not know it leaves. */
export function useFilters(): UsedFilters {
  const [parameters, setParameters] = useSearchParams();
  const entry = useEntry();
  const flags = parameters.getAll('flag');
  const since = parameters.get('since') ?? '';
  const filters: Omit<Filters, 'text'> & Words = {
    by: parameters.get('by') === 'test' ? 'test' : 'order',
    kind: KINDS.find((kind) => kind === parameters.get('kind')) ?? 'all',
    words: entry,
    outside: flags.includes('outside'),
    fresh: flags.includes('new'),
    since: /^\d{4}-\d\d-\d\d$/.test(since) ? since : '',
  };
  const [shown, set] = useAtOnce(filters, (_, next) => {
    const asked: (readonly [string, string])[] = [
      ...(next.by === 'test' ? [['by', 'test'] as const] : []),
      ...(next.kind === 'all' ? [] : [['kind', next.kind] as const]),
      ...(next.outside ? [['flag', 'outside'] as const] : []),
      ...(next.fresh ? [['flag', 'new'] as const] : []),
      ...(next.since === '' ? [] : [['since', next.since] as const]),
    ];
    setParameters(new URLSearchParams(asked as [string, string][]), { replace: true, state: next.words });
  });
  return { ...shown, text: wordsOf(shown.words), set: settingWords(shown, set) };
}

export const isFiltered = ({ kind, text, outside, fresh, since }: Filters): boolean =>
  kind !== 'all' || text.trim() !== '' || outside || fresh || since !== '';
