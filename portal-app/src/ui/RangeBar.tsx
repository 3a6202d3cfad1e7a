/** The value's place on a number line: below, within or above the usual range. */
import { numberText } from '../format/quantity.ts';
import styles from './chart.module.css';

interface Limits {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export function RangeBar({ value, range }: { readonly value: number; readonly range: Limits }) {
  const low = range.low ?? Math.min(0, value);
  const high = range.high ?? Math.max(value, low + 1) * 1.5;
  const width = high - low || 1;
  const from = Math.min(low - width * 0.5, value - width * 0.15);
  const to = Math.max(high + width * 0.5, value + width * 0.15);
  const at = (number: number): string => `${(((number - from) / (to - from)) * 100).toFixed(2)}%`;
  return (
    <div className={styles.rangeBar} aria-hidden="true">
      <div className={styles.track}>
        <div className={styles.usual} style={{ left: at(low), right: `calc(100% - ${at(high)})` }} />
        <div className={styles.you} style={{ left: at(value) }} />
      </div>
      <div className={styles.ends}>
        {range.low !== undefined && <span style={{ left: at(low) }}>{numberText(range.low)}</span>}
        {range.high !== undefined && <span style={{ left: at(high) }}>{numberText(range.high)}</span>}
      </div>
    </div>
  );
}
