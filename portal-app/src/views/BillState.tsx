/** Whether a bill is to be paid, in a word. */
import { type Text, t } from '../i18n/text.ts';
import type { Bill } from '../record/bills/bills.ts';
import { Pill } from '../ui/parts.tsx';

const WORDS = {
  open: ['To be paid', 'warn'],
  paid: ['Paid', 'ok'],
  cancelled: ['Cancelled', 'plain'],
  credit: ['Credit', 'ok'],
  nothing: ['Nothing to pay', 'plain'],
} as const satisfies Record<Bill['state'], readonly [Text, string]>;

export function BillState({ state }: { readonly state: Bill['state'] }) {
  const [words, kind] = WORDS[state];
  return <Pill kind={kind}>{t(words)}</Pill>;
}
