/** Values of FHIR in English words, for narratives. */
import { spellingOf } from '../../repository/text/resource-text.ts';

type Json = Record<string, unknown>;

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** A date, dateTime or Period, by the day as it was written: `12 November 2026`; any other text as it is. */
export function dateWords(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const { start, end } = value as { start?: string; end?: string };
    if (start && end && dateWords(start) !== dateWords(end))
      return `${dateWords(start)} to ${dateWords(end)}`;
    return start ? dateWords(start) : end ? `until ${dateWords(end)}` : '';
  }
  if (typeof value !== 'string') return '';
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d).*)?)?$/.exec(value) ?? [];
  if (year === undefined) return value;
  return [day && String(Number(day)), month && MONTHS[Number(month) - 1], year].filter(Boolean).join(' ');
}

/** What was observed: its value, those of its components, or why there is none. */
export function observedWords(observation: Json): string {
  const own = valueWords(observation);
  const parts = ((observation.component as Json[] | undefined) ?? []).map((each) => {
    const value = valueWords(each) || absent(each);
    return value && `${conceptWords(each.code)} ${value}`;
  });
  return [own, ...parts].filter(Boolean).join('; ') || absent(observation);
}

const absent = ({ dataAbsentReason }: Json): string =>
  dataAbsentReason ? `not known (${conceptWords(dataAbsentReason)})` : '';

/** As somebody wrote it, or as its code is called. */
export function conceptWords(value: unknown): string {
  const { text, coding = [] } = (value ?? {}) as {
    text?: string;
    coding?: readonly { display?: string; code?: string }[];
  };
  return text ?? coding.find(({ display }) => display)?.display ?? coding[0]?.code ?? '';
}

/** `value[x]` of an Observation or one of its components. */
function valueWords(holder: Json): string {
  const key = Object.keys(holder).find((each) => each.startsWith('value'));
  const value = key && holder[key];
  if (key === undefined || value === undefined) return '';
  if (key === 'valueQuantity') return quantityWords(value as Json);
  if (key === 'valueCodeableConcept') return conceptWords(value);
  if (key === 'valueBoolean') return value ? 'yes' : 'no';
  if (key === 'valueDateTime' || key === 'valuePeriod') return dateWords(value);
  if (key === 'valueRange') return rangeWords(value as Range);
  if (key === 'valueRatio') {
    const { numerator, denominator } = value as { numerator?: Json; denominator?: Json };
    return [numerator && quantityWords(numerator), denominator && quantityWords(denominator)]
      .filter(Boolean)
      .join(' : ');
  }
  if (key === 'valueSampledData') return 'a recorded curve';
  return spellingOf(holder, key) ?? String(value);
}

interface Range {
  readonly text?: string;
  readonly low?: Json;
  readonly high?: Json;
}

/** Of a Range, or a reference range. */
export function rangeWords({ text, low, high }: Range): string {
  if (text) return text;
  if (low && high)
    return `${quantityWords({ ...low, unit: undefined, code: undefined }, low)} to ${quantityWords(high)}`;
  return low ? `from ${quantityWords(low)}` : high ? `to ${quantityWords(high)}` : '';
}

/** With the digits as they were written in `origin`. */
export function quantityWords(value: Json, origin = value): string {
  const number = value.value === undefined ? '' : (spellingOf(origin, 'value') ?? String(value.value));
  return [`${value.comparator ?? ''}${number}`, value.unit ?? value.code].filter(Boolean).join(' ');
}
