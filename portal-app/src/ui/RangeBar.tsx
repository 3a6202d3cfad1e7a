/** The value's place on a number line: below, within or above the usual range. */
import type { Quantity } from '@medplum/fhirtypes';
import { numberText, roundedText } from '../format/quantity.ts';
import styles from './chart.module.css';
import { rangeScale } from './chart-scale.ts';

interface Limits {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export function RangeBar({
  value,
  range,
  digits,
}: {
  readonly value: number;
  readonly range: Limits;
  /** What was measured and agreed: a limit that was converted is said to as many places as these, and no more. */
  readonly digits: readonly Quantity[];
}) {
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
        {range.low !== undefined && <span style={{ left: at(low) }}>{limitText(range.low, digits)}</span>}
        {range.high !== undefined && <span style={{ left: at(high) }}>{limitText(range.high, digits)}</span>}
      </div>
    </div>
  );
}

/** No digit is added to one that has fewer. */
function limitText(limit: number, digits: readonly Quantity[]): string {
  const [own, rounded] = [numberText(limit), roundedText(limit, digits)];
  return own.length <= rounded.length ? own : rounded;
}
