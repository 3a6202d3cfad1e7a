/**
 * A Quantity is a value with a unit (https://hl7.org/fhir/R4/datatypes.html#Quantity): two of them are compared by UCUM where both units are of one kind, and not at
 * all otherwise. The same for flags, ranges, charts and what is usual.
 */
import type { Quantity } from '@medplum/fhirtypes';
import { type CanonicalUnit, canonicalUnit } from '@wellspring/profiles/ucum';
import { locale } from '../i18n/language.ts';
import { type Text, t } from '../i18n/text.ts';
import { lookUp } from './table.ts';

/** How the laboratory wrote the value, where a JavaScript number would be written otherwise (smart/exact-json.ts). */
export function digitsOf(value: unknown): string | undefined {
  const digits = (value as { readonly digits?: unknown } | null | undefined)?.digits;
  return typeof digits === 'string' ? digits : undefined;
}

/** Units as people write them → UCUM. */
const WRITTEN: Readonly<Record<string, string>> = {
  mmHg: 'mm[Hg]',
  'mm Hg': 'mm[Hg]',
  '°C': 'Cel',
  '°F': '[degF]',
  lb: '[lb_av]',
  lbs: '[lb_av]',
  oz: '[oz_av]',
  in: '[in_i]',
  ft: '[ft_i]',
  '/min': '/min',
  bpm: '/min',
  'beats/min': '/min',
  'beats/minute': '/min',
  'breaths/min': '/min',
  'mL/min/1.73m2': 'mL/min/{1.73_m2}',
  'mL/min/1.73 m2': 'mL/min/{1.73_m2}',
  'mL/min/1.73.m2': 'mL/min/{1.73_m2}',
  '10^3/uL': '10*3/uL',
  '10³/µL': '10*3/uL',
  'K/uL': '10*3/uL',
  'x10E3/uL': '10*3/uL',
  '10^6/uL': '10*6/uL',
  '10^9/L': '10*9/L',
  'IU/L': '[iU]/L',
  'mIU/L': 'm[iU]/L',
  'uIU/mL': 'u[iU]/mL',
};
const UCUM = 'http://unitsofmeasure.org';

function ucumOf({ system, code, unit }: Quantity): string {
  const written = system === UCUM && code ? code : (unit ?? code ?? '');
  const known = lookUp(WRITTEN, written) ?? written;
  return known.replaceAll('µ', 'u').replaceAll('μ', 'u');
}

interface Kind {
  readonly name: string;
  readonly unit: CanonicalUnit | undefined;
}

/** Shares of substance (mmol/mol) and of mass (%) are both without dimension, and not the same: HbA1c of 36 mmol/mol is 5.4 %. So are filtration rates with and without body surface. */
function kindOf(quantity: Quantity): Kind {
  const code = ucumOf(quantity);
  const unit = code === '' ? undefined : canonicalUnit(code);
  if (!unit) return { name: `"${code}`, unit };
  const share = unit.dimension === '1' && /mol/.test(code) ? ' of substance' : '';
  return { name: unit.dimension + share + (code.includes('1.73') ? ' by surface' : ''), unit };
}

/** The same for quantities that can be compared. */
export const kindOfUnit = (quantity: Quantity): string => kindOf(quantity).name;

/** The value in the unit of another quantity; undefined where nobody can tell. */
export function valueIn(quantity: Quantity, other: Quantity): number | undefined {
  const { value } = quantity;
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const [from, to] = [kindOf(quantity), kindOf(other)];
  if (from.name !== to.name) return undefined;
  if (!from.unit || !to.unit || ucumOf(quantity) === ucumOf(other)) return value;
  const base = value * from.unit.factor + from.unit.offset;
  const converted = Number(((base - to.unit.offset) / to.unit.factor).toPrecision(10));
  return Number.isFinite(converted) ? converted : undefined;
}

/** UCUM spellings that nobody writes by hand. */
const UNITS: Readonly<Record<string, string>> = {
  'mm[Hg]': 'mmHg',
  '[degF]': '°F',
  Cel: '°C',
  '[lb_av]': 'lb',
  '[oz_av]': 'oz',
  '[in_i]': 'in',
  '[ft_i]': 'ft',
  '[pH]': 'pH',
  '1': '',
  'mL/min/{1.73_m2}': 'mL/min',
  'mL/min/1.73.m2': 'mL/min',
  '10*9/L': '10⁹/L',
  '10*12/L': '10¹²/L',
};
const UNITS_IN_WORDS: Readonly<Record<string, Text>> = {
  '/min': 'per minute',
  'beats/minute': 'beats/minute',
  steps: 'steps',
  '10*3/uL': 'thousand/µL',
  '10³/µL': 'thousand/µL',
  '10^3/uL': 'thousand/µL',
  '10*6/uL': 'million/µL',
  '10^6/uL': 'million/µL',
  '10⁶/µL': 'million/µL',
  '10*6/µL': 'million/µL',
  '10*3/µL': 'thousand/µL',
};

export function unitText(quantity: Quantity | undefined): string {
  const unit = quantity?.unit ?? quantity?.code ?? '';
  const words = lookUp(UNITS_IN_WORDS, unit);
  if (words) return t(words);
  const known = lookUp(UNITS, unit) ?? unit;
  // {score}, {INR}: a word for the reader of the message, not a unit.
  return (
    known
      .replace(/^\{[^{}]*\}$/, '')
      // A power of ten is a factor of the number before it.
      .replace(/^10(?=[⁰¹²³⁴-⁹^*])/, '× 10')
      .replaceAll(/[{}]/g, '')
      .replaceAll('[iU]', 'IU')
  );
}

/** Decimals of a number as it was written. */
const decimalsIn = (digits: string): number => /^-?\d+\.(\d+)$/.exec(digits)?.[1]?.length ?? 0;
/** More than this Intl does not take. */
const MOST_DECIMALS = 100;

/** All its digits and none added: 7.00 was measured to two places, 128 to none. Point or comma as the reader is used to. */
export function numberText(value: number, digits = String(value)): string {
  if (!Number.isFinite(value)) return t('No value');
  // Beyond what people write out (1e-9) it stays as it came.
  if (!/^-?\d+(\.\d+)?$/.test(digits)) return digits;
  const decimals = Math.min(decimalsIn(digits), MOST_DECIMALS);
  const format = new Intl.NumberFormat(locale(), {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: 'min2',
  });
  // As text, for it may have more digits than a number holds (ECMA-402, Intl.NumberFormat v3).
  return format.format(digits as unknown as number);
}

export const valueDigits = (quantity: Quantity): string => digitsOf(quantity) ?? String(quantity.value);

/** A number that was worked out from others, to as many places as they had. */
export function roundedText(value: number, from: readonly Quantity[]): string {
  const decimals = Math.min(6, Math.max(0, ...from.map((each) => decimalsIn(valueDigits(each)))));
  return numberText(value, value.toFixed(decimals));
}

/** Without its unit, with its comparator. */
export function amountText(quantity: Quantity): string {
  if (quantity.value === undefined) return '';
  return `${quantity.comparator ?? ''}${numberText(quantity.value, valueDigits(quantity))}`;
}

export function quantityText(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return '';
  const unit = unitText(quantity);
  return `${amountText(quantity)}${unit ? ` ${unit}` : ''}`;
}
