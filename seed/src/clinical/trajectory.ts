/**
 * How a measured value moves over the years: a baseline that drifts, and treatments that pull it towards a new
 * level with a time constant, plus the noise of biology and measurement.
 */
import { daysBetween } from './calendar.ts';
import type { Random } from './random.ts';

interface Effect {
  readonly from: string;
  readonly until?: string;
  /** The full change of the value once the treatment has settled. */
  readonly change: number;
  /** Days until about two thirds of the change have come. */
  readonly days: number;
}

export interface Trajectory {
  readonly start: string;
  readonly baseline: number;
  /** Growth: [date, value] pairs that take the place of the baseline, joined by straight lines. */
  readonly points?: readonly (readonly [date: string, value: number])[];
  readonly driftPerYear?: number;
  readonly effects?: readonly Effect[];
  /** Coefficient of variation of one measurement, e.g. 0.03. */
  readonly noise?: number;
  readonly floor?: number;
  /** Values that are what they are, by moment key: a laboratory error, an acute illness. */
  readonly exact?: Readonly<Record<string, number>>;
}

/** The value without noise on `date`. */
export function expectedValue(trajectory: Trajectory, date: string): number {
  const years = Math.max(0, daysBetween(trajectory.start, date)) / 365.25;
  const baseline =
    trajectory.points === undefined ? trajectory.baseline : interpolate(trajectory.points, date);
  let value = baseline + (trajectory.driftPerYear ?? 0) * years;
  for (const effect of trajectory.effects ?? []) value += effectOn(effect, date);
  return Math.max(trajectory.floor ?? 0, value);
}

/** The value measured at a moment: the expected value with noise, or the exact one. */
export function measuredValue(
  trajectory: Trajectory,
  moment: { readonly key: string; readonly modelDate: string },
  key: string,
  random: Random,
): number {
  const exact = trajectory.exact?.[moment.key];
  if (exact !== undefined) return exact;
  const expected = expectedValue(trajectory, moment.modelDate);
  const noisy = expected * (1 + (trajectory.noise ?? 0.03) * random.normal(`${key}|${moment.key}`));
  return Math.max(trajectory.floor ?? 0, noisy);
}

function interpolate(points: readonly (readonly [string, number])[], date: string): number {
  const next = points.findIndex(([day]) => day >= date);
  const [afterDay, after] = points.at(next) ?? [date, 0];
  const [beforeDay, before] = points[next - 1] ?? [afterDay, after];
  if (next <= 0 || beforeDay === afterDay) return after;
  return before + ((after - before) * daysBetween(beforeDay, date)) / daysBetween(beforeDay, afterDay);
}

function effectOn(effect: Effect, date: string): number {
  const since = daysBetween(effect.from, date);
  if (since <= 0) return 0;
  const reached = effect.change * (1 - Math.exp(-since / effect.days));
  if (effect.until === undefined || date <= effect.until) return reached;
  const held = effect.change * (1 - Math.exp(-daysBetween(effect.from, effect.until) / effect.days));
  return held * Math.exp(-daysBetween(effect.until, date) / effect.days);
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
