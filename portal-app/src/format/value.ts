/** Every value that an Observation may have (https://hl7.org/fhir/R4/observation-definitions.html#Observation.value_x_) as one line. */
import type {
  CodeableConcept,
  Observation,
  ObservationComponent,
  Period,
  Quantity,
  Range,
  Ratio,
  SampledData,
} from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { formatDate, formatDateTime, formatTime } from './date.ts';
import { amountText, numberText, quantityText, roundedText, unitText } from './quantity.ts';
import { conceptText, testName } from './words.ts';

type Valued = Pick<
  Observation & ObservationComponent,
  | 'valueQuantity'
  | 'valueCodeableConcept'
  | 'valueString'
  | 'valueBoolean'
  | 'valueInteger'
  | 'valueRange'
  | 'valueRatio'
  | 'valueSampledData'
  | 'valueTime'
  | 'valueDateTime'
  | 'valuePeriod'
  | 'dataAbsentReason'
>;

/** The result as one line: number and unit, text, `128/82 mmHg`, or the parts by their names; why there is none; or that there is none. */
export function valueText(observation: Valued & Pick<Observation, 'component'>): string {
  const { component = [] } = observation;
  const own = ownValue(observation);
  const parts = component.length > 0 ? partsText(component) : undefined;
  if (own !== undefined) return parts === undefined ? own : `${own} (${parts})`;
  return parts ?? absentText(observation.dataAbsentReason) ?? t('No value');
}

function ownValue(valued: Valued): string | undefined {
  const { valueQuantity, valueCodeableConcept, valueString, valueBoolean, valueInteger } = valued;
  if (valueQuantity) return quantityText(valueQuantity) || undefined;
  if (valueCodeableConcept) return conceptText(valueCodeableConcept);
  if (valueString) return valueString;
  if (valueBoolean !== undefined) return t(valueBoolean ? 'Yes' : 'No');
  if (valueInteger !== undefined) return numberText(valueInteger);
  if (valued.valueRange) return rangeText(valued.valueRange);
  if (valued.valueRatio) return ratioText(valued.valueRatio);
  if (valued.valueSampledData) return sampledText(valued.valueSampledData);
  if (valued.valueTime) return formatTime(valued.valueTime);
  if (valued.valueDateTime) return formatDateTime(valued.valueDateTime);
  return valued.valuePeriod && periodText(valued.valuePeriod);
}

const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';

const partBy = (parts: readonly ObservationComponent[], code: string): Quantity | undefined =>
  parts.find((each) => each.code?.coding?.some((coding) => coding.code === code))?.valueQuantity;

function partsText(parts: readonly ObservationComponent[]): string | undefined {
  const [upper, lower] = [partBy(parts, SYSTOLIC), partBy(parts, DIASTOLIC)];
  if (upper?.value !== undefined && lower?.value !== undefined) {
    const pressure = `${amountText(upper)}/${amountText(lower)} ${unitText(upper)}`.trim();
    const others = parts.filter(({ valueQuantity }) => valueQuantity !== upper && valueQuantity !== lower);
    const rest = others.map(partText).filter((each) => each !== undefined);
    return [pressure, ...rest].join('; ');
  }
  return (
    parts
      .map(partText)
      .filter((each) => each !== undefined)
      .join('; ') || undefined
  );
}

/** As home readings say it (record/readings): in words, of fasting status (LOINC 49541-6). */
const MEALS: readonly Text[] = ['Fasting', 'Before a meal', 'After a meal'];

function partText(part: ObservationComponent): string | undefined {
  const meal = MEALS.find((words) => words === part.valueString);
  if (meal) return t(meal);
  const value = ownValue(part) ?? absentText(part.dataAbsentReason);
  return value === undefined ? undefined : t('{name}: {value}', { name: testName(part.code), value });
}

export function rangeText({ low, high }: Range): string | undefined {
  const [from, to] = [low, high].map((each) => each && quantityText(each));
  if (from && to)
    return t('{low} to {high}', {
      low: unitText(low) === unitText(high) ? amountText(low as Quantity) : from,
      high: to,
    });
  if (to) return t('up to {high}', { high: to });
  return from ? t('{low} or more', { low: from }) : undefined;
}

/** `1:128` of a titre; `5 mg / 2 mL` of amounts. */
function ratioText({ numerator, denominator }: Ratio): string | undefined {
  const [over, under] = [quantityText(numerator), quantityText(denominator)];
  if (!over || !under) return over || under || undefined;
  return unitText(numerator) || unitText(denominator) ? `${over} / ${under}` : `${over}:${under}`;
}

/** A curve: how many points, and between which values. */
function sampledText({ origin, data, factor = 1, dimensions }: SampledData): string | undefined {
  const numbers = (data ?? '').split(/\s+/).map(Number).filter(Number.isFinite);
  if (numbers.length === 0) return undefined;
  const scaled = numbers.map((each) => each * factor + (origin?.value ?? 0));
  const [low, high] = [Math.min(...scaled), Math.max(...scaled)];
  const count = Math.round(numbers.length / (dimensions || 1));
  const unit = unitText(origin);
  const text = (value: number) => roundedText(value, [{ value: Number(value.toPrecision(6)) }]);
  return t('{count} values between {low} and {high}', {
    count,
    low: text(low),
    high: `${text(high)}${unit ? ` ${unit}` : ''}`,
  });
}

export function periodText({ start, end }: Period): string | undefined {
  const words = (each: string): string => (each.length > 10 ? formatDateTime(each) : formatDate(each));
  if (start && end) return t('from {start} until {end}', { start: words(start), end: words(end) });
  if (start) return t('from {start}', { start: words(start) });
  return end ? t('until {end}', { end: words(end) }) : undefined;
}

/** http://terminology.hl7.org/CodeSystem/data-absent-reason */
const ABSENT: Readonly<Record<string, Text>> = {
  unknown: 'Not known',
  'asked-unknown': 'Asked, but not known',
  'temp-unknown': 'Not known yet',
  'not-asked': 'Not asked',
  'asked-declined': 'Asked, but not answered',
  masked: 'Kept back to protect privacy',
  'not-applicable': 'Does not apply',
  unsupported: 'Could not be recorded',
  'as-text': 'Only in the text of the report',
  error: 'Could not be measured: something went wrong',
  'not-a-number': 'Could not be worked out',
  'negative-infinity': 'Lower than can be measured',
  'positive-infinity': 'Higher than can be measured',
  'not-performed': 'Was not done',
  'not-permitted': 'May not be shown',
};

export function absentText(reason: CodeableConcept | undefined): string | undefined {
  if (!reason) return undefined;
  const code = reason.coding?.find((each) => Object.hasOwn(ABSENT, each.code ?? ''))?.code;
  const words = code === undefined ? undefined : ABSENT[code];
  return words ? t(words) : conceptText(reason);
}
