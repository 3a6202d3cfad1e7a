/** Amounts of money in the reader's language. */
import type { Money } from '@medplum/fhirtypes';
import { locale as readersLocale } from '../i18n/language.ts';

/** '' without a number; the currency is the record's, never guessed. */
export function moneyText({ value, currency }: Money = {}, locale = readersLocale()): string {
  if (value === undefined) return '';
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency))
    return new Intl.NumberFormat(locale).format(value);
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(value);
}

/** Their sum; undefined where there is none, or where they are of several currencies. */
export function sumOf(amounts: readonly (Money | undefined)[]): Money | undefined {
  const known = amounts.flatMap((each) =>
    each?.value === undefined ? [] : [each as Money & { value: number }],
  );
  const [first] = known;
  if (!first || known.some(({ currency }) => currency !== first.currency)) return undefined;
  const cents = known.reduce((sum, { value }) => sum + Math.round(value * 100), 0);
  return { ...first, value: cents / 100 };
}
