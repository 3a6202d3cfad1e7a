/** Scales of the trend chart: time-true on one axis, round numbers on the other. */
export interface Scale {
  readonly ticks: readonly number[];
  /** From a value to a pixel. */
  at(value: number): number;
}

/** Round steps (1, 2, 5 × 10ⁿ) that cover all values with some air. */
export function valueScale(values: readonly number[], top: number, bottom: number): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const span = most - least || Math.abs(most) * 0.2 || 1;
  const step = niceStep(span / 6);
  const low = Math.floor((least - span * 0.08) / step) * step;
  const high = Math.ceil((most + span * 0.08) / step) * step;
  const ticks: number[] = [];
  for (let value = low; value <= high + step / 2; value += step) ticks.push(Number(value.toPrecision(12)));
  return { ticks, at: (value) => bottom - ((value - low) / (high - low)) * (bottom - top) };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const fraction = rough / power;
  return (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10) * power;
}

/** Where labels of these places stand, in the same order, none closer than `gap` to the next: those that are too close share the room around their middle. */
export function spreadOut(places: readonly number[], gap: number): readonly number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] as number) - (places[b] as number));
  // Of labels that stand against each other, where the first of them stands on average.
  const groups: { sum: number; count: number }[] = [];
  order.forEach((index, rank) => {
    groups.push({ sum: (places[index] as number) - rank * gap, count: 1 });
    for (let last = groups.at(-1), before = groups.at(-2); last && before; before = groups.at(-2)) {
      if (before.sum / before.count <= last.sum / last.count) break;
      last = { sum: before.sum + last.sum, count: before.count + last.count };
      groups.splice(-2, 2, last);
    }
  });
  const spread: number[] = [];
  groups
    .flatMap(({ sum, count }) => Array<number>(count).fill(sum / count))
    .forEach((start, rank) => {
      spread[order[rank] as number] = start + rank * gap;
    });
  return spread;
}

const DAY = 86_400_000;

/** Ticks at the starts of years, or of months where the span is short; never more than fit. */
export function timeScale(times: readonly number[], left: number, right: number, most: number): Scale {
  const first = Math.min(...times);
  const last = Math.max(...times);
  const pad = Math.max((last - first) * 0.03, 2 * DAY);
  const [from, to] = [first - pad, last + pad];
  const at = (time: number): number => left + ((time - from) / (to - from)) * (right - left);
  const months = Math.max(1, Math.ceil((to - from) / (30.4 * DAY)));
  const step = [1, 2, 3, 6, 12, 24, 36, 60, 120].find((each) => months / each <= most) ?? 240;
  const ticks: number[] = [];
  const start = new Date(from);
  const month = new Date(start.getFullYear(), step >= 12 ? 0 : Math.ceil(start.getMonth() / step) * step, 1);
  for (; month.getTime() <= to; month.setMonth(month.getMonth() + step)) {
    if (month.getTime() >= from) ticks.push(month.getTime());
  }
  return { ticks, at };
}

export interface RangeScale {
  readonly from: number;
  readonly to: number;
  /** Where the range begins and ends on it; one that is open to a side goes to the end there. */
  readonly low: number;
  readonly high: number;
}

/** A number line around a range and a value. What has no lower limit is as it should be from nothing on. */
export function rangeScale(
  value: number,
  range: { readonly low: number | undefined; readonly high: number | undefined },
): RangeScale {
  const low = range.low ?? Math.min(0, value);
  const high = range.high ?? Math.max(value, low + 1) * 1.5;
  const width = high - low || 1;
  return {
    from: range.low === undefined ? low : Math.min(low - width * 0.5, value - width * 0.15),
    to: range.high === undefined ? high : Math.max(high + width * 0.5, value + width * 0.15),
    low,
    high,
  };
}
