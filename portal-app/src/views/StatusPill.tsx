/** How far a result is, where it is not final: cancelled, preliminary, corrected. */
import { unusualStatus } from '../record/results/words.ts';
import { Pill } from '../ui/parts.tsx';

export function StatusPill({ status }: { readonly status: string }) {
  const words = unusualStatus(status);
  return words === undefined ? null : <Pill kind="warn">{words}</Pill>;
}
