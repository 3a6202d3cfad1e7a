/** Where a result stands against its laboratory's range, in words. Red is for critical values only; a value outside its range is not an alarm. What can't be told is not told. */
import type { CodeableConcept, Observation, Quantity } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { amountText, unitText, valueIn } from './quantity.ts';
import { standingOf } from './standing.ts';

export interface Flag {
  /** `told`: in the laboratory's own words, which nobody but a reader understands. */
  readonly kind: 'in' | 'high' | 'low' | 'outside' | 'critical' | 'told' | 'none';
  /** In the reader's language. */
  readonly words: string | undefined;
}

export interface Range {
  readonly low: Quantity | undefined;
  readonly high: Quantity | undefined;
  readonly text: string | undefined;
}

type Known = { readonly kind: Flag['kind']; readonly words: Text };

const NONE: Flag = { kind: 'none', words: undefined };
const IN: Known = { kind: 'in', words: 'In range' };
const HIGH: Known = { kind: 'high', words: 'Above range' };
const LOW: Known = { kind: 'low', words: 'Below range' };
const OUTSIDE: Known = { kind: 'outside', words: 'Outside range' };
const VERY_HIGH: Known = { kind: 'critical', words: 'Critically high' };
const VERY_LOW: Known = { kind: 'critical', words: 'Critically low' };
const CRITICAL: Known = { kind: 'critical', words: 'Critical' };
const POSITIVE: Known = { kind: 'outside', words: 'Positive' };
const NEGATIVE: Known = { kind: 'in', words: 'Negative' };

const REACTIVE: Known = { kind: 'outside', words: 'Reactive' };
const neutral = (words: Text): Known => ({ kind: 'told', words });

/** By HL7's interpretation codes (http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation) and what laboratories write in their place, in small letters. */
const INTERPRETATIONS: ReadonlyMap<string, Known> = new Map(
  (
    [
      [IN, 'n|normal|within range|in range|within normal range|within normal limits|normal findings'],
      [HIGH, 'h|hx|high|abnormal high|above high threshold|above range|>|off scale high'],
      [{ kind: 'high', words: 'Well above range' }, 'hu|h>|significantly high'],
      [LOW, 'l|lx|low|abnormal low|below low threshold|below range|<|off scale low'],
      [{ kind: 'low', words: 'Well below range' }, 'lu|l<|significantly low'],
      [OUTSIDE, 'a|abnormal|ex|outside threshold|out of range|outside range'],
      [VERY_HIGH, 'hh|critical high|critically high'],
      [VERY_LOW, 'll|critical low|critically low'],
      [CRITICAL, 'aa|critical|critical abnormal|panic|crit|crítico'],
      [POSITIVE, 'pos|positive|det|detected'],
      [NEGATIVE, 'neg|negative|nd|not detected'],
      [REACTIVE, 'rr|reactive|wr|weakly reactive'],
      [{ kind: 'in', words: 'Not reactive' }, 'nr|non-reactive|nonreactive|not reactive'],
      [neutral('Susceptible'), 's|susceptible'],
      [neutral('Resistant'), 'r|resistant'],
      [neutral('Intermediate'), 'i|intermediate'],
      [neutral('Not clear'), 'ind|indeterminate|e|equivocal'],
    ] as const
  ).flatMap(([known, words]) => words.split('|').map((each) => [each, known] as const)),
);

export type Measured = Pick<
  Observation,
  'interpretation' | 'referenceRange' | 'valueQuantity' | 'component'
> &
  Partial<Pick<Observation, 'code' | 'performer'>>;

/** The laboratory's own flag counts, as a code or as text; without one the number is held against the range. Of the whole and its components the one that is furthest off. */
export const laboratoryFlag = (observation: Measured): Flag =>
  gravestOf([flagOfOne(observation), flagOfParts(observation)]);

export const flagOfParts = ({ component = [] }: Measured, said = saidBy): Flag =>
  gravestOf(component.map((each) => flagOfOne(each, said)));

export const gravestOf = (flags: readonly Flag[]): Flag =>
  flags.toSorted((a, b) => gravityOf(a) - gravityOf(b))[0] ?? NONE;

/** The smaller, the graver. */
export const gravityOf = ({ kind }: Flag): number => GRAVEST.indexOf(kind);

const GRAVEST: readonly Flag['kind'][] = ['critical', 'high', 'low', 'outside', 'told', 'in', 'none'];

/** Words that nobody but a reader understands (`H*`) do not hide that the number is outside its range. `said`: what those are. */
export function flagOfOne(measured: Measured, said = saidBy): Flag {
  const { interpretation = [] } = measured;
  const known = gravestOf(interpretation.flatMap(knownBy));
  if (known.kind !== 'none') return known;
  const byRange = flagByRange(measured);
  const [words] = isOutside(byRange) ? [] : interpretation.flatMap((each) => said(each) ?? []);
  return words === undefined ? byRange : { kind: 'told', words };
}

const wordsOf = ({ coding = [], text }: CodeableConcept): readonly string[] =>
  [...coding.map(({ code }) => code), text, ...coding.map(({ display }) => display)].filter(
    (each) => each !== undefined,
  );

/** Each of its codings that is known, and its text. */
const knownBy = (each: CodeableConcept): readonly Flag[] =>
  wordsOf(each).flatMap((word) => {
    const known = INTERPRETATIONS.get(word.trim().toLowerCase());
    return known ? { kind: known.kind, words: t(known.words) } : [];
  });

export const saidBy = (each: CodeableConcept): string | undefined =>
  each.text ?? each.coding?.find(({ display }) => display)?.display ?? wordsOf(each)[0];

/** `<=5` is in a range that has no lower end, or below one that begins above five (standing.ts). */
function flagByRange(measured: Measured): Flag {
  const { valueQuantity: quantity } = measured;
  const range = rangeOf(measured);
  if (quantity?.value === undefined || !range) return NONE;
  const [low, high] = [range.low, range.high].map((edge) => edge && edgeIn(edge, quantity));
  // A limit that can't be compared tells nothing, and neither does the other one alone.
  if ((range.low && low === undefined) || (range.high && high === undefined)) return NONE;
  const standing = standingOf(quantity, low, high);
  if (!standing) return NONE;
  const { kind, words } = { in: IN, below: LOW, above: HIGH }[standing];
  return { kind, words: t(words) };
}

/** Ranges often name no unit: it is the value's. */
const edgeIn = (edge: Quantity, quantity: Quantity): number | undefined =>
  edge.unit === undefined && edge.code === undefined ? edge.value : valueIn(edge, quantity);

/**
 * The range for most people: a range for a special group, or of another kind than what is normal (a therapeutic one), counts only where it is the only one. Of several such,
 * nobody here knows which of them this person's is.
 */
export function rangeOf({ referenceRange: all = [] }: Pick<Measured, 'referenceRange'>): Range | undefined {
  const general = all.filter((range) => !range.appliesTo?.length && !range.age);
  const found = general.find(isNormal) ?? onlyOne(general) ?? onlyOne(all);
  if (!found) return undefined;
  return { low: withValue(found.low), high: withValue(found.high), text: found.text };
}

type ReferenceRange = NonNullable<Observation['referenceRange']>[number];

/** http://terminology.hl7.org/CodeSystem/referencerange-meaning; one that says nothing is of what is normal. */
const isNormal = ({ type }: ReferenceRange): boolean =>
  type === undefined || (type.coding ?? []).some(({ code }) => code === 'normal');

const onlyOne = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);

const withValue = (edge: Quantity | undefined): Quantity | undefined =>
  edge?.value === undefined ? undefined : edge;

/** The limits as numbers in the unit of the value, for what is drawn; undefined: none, or not to be compared. */
export function limitsIn(
  range: Range | undefined,
  quantity: Quantity | undefined,
): { readonly low: number | undefined; readonly high: number | undefined } | undefined {
  if (!range || !quantity) return undefined;
  const [low, high] = [range.low, range.high].map((edge) => edge && edgeIn(edge, quantity));
  return low === undefined && high === undefined ? undefined : { low, high };
}

/** `4.0 to 5.6 %`, in the laboratory's own unit. `unit`: of the value, for limits that name none. */
export function rangeWords(range: Range | undefined, unit: string): string | undefined {
  if (!range) return undefined;
  const { low, high, text } = range;
  const own = unitText(high ?? low) || unit;
  const suffix = own ? ` ${own}` : '';
  if (low && high) {
    const lowUnit = unitText(low) || own;
    const first = amountText(low) + (lowUnit === own ? '' : ` ${lowUnit}`);
    return t('{low} to {high}', { low: first, high: amountText(high) }) + suffix;
  }
  if (high) return t('up to {high}', { high: amountText(high) }) + suffix;
  if (low) return t('{low} or more', { low: `${amountText(low)}${suffix}` });
  return text;
}

/** What only its laboratory's own words tell may be anything: it is not told to be outside. */
export const isOutside = (flag: Flag): boolean => gravityOf(flag) < GRAVEST.indexOf('told');
