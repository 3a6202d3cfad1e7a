/** The value's place on a number line: below, within or above the usual range. */
import { numberText } from '../format/quantity.ts';
import styles from './chart.module.css';
import { rangeScale } from './chart-scale.ts';

interface Limits {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export function RangeBar({ value, range }: { readonly value: number; readonly range: Limits }) {
  const { from, to, low, high } = rangeScale(value, range);
  const at = (number: number): string => `${(((number - from) / (to - from)) * 100).toFixed(2)}%`;
  return (
    <div className={styles.rangeBar} aria-hidden="true">
      <div className={styles.track}>
        <div
          className={styles.usual}
          data-open={range.low === undefined ? 'start' : range.high === undefined ? 'end' : undefined}
          style={{ left: at(low), right: `calc(100% - ${at(high)})` }}
        />
        <div className={styles.you} style={{ left: at(value) }} />
      </div>
      <div className={styles.ends}>
        {range.low !== undefined && <span style={{ left: at(low) }}>{numberText(range.low)}</span>}
        {range.high !== undefined && <span style={{ left: at(high) }}>{numberText(range.high)}</span>}
      </div>
    </div>
  );
}
