/** One thing that was measured at home, as it is written down, and as FHIR has it: an Observation of the vital-signs profile (steps: an activity) by who measured it. */
import type { CodeableConcept, Observation, Quantity } from '@medplum/fhirtypes';
import { dateOf } from '../../format/observation.ts';
import { conceptText } from '../../format/words.ts';
import { t } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';
import {
  ARMS,
  type Code,
  DIASTOLIC,
  inUnit,
  KIND_NAMES,
  KINDS,
  type KindName,
  MEALS,
  type Meal,
  SYSTOLIC,
  type Unit,
  unitOf,
} from './kinds.ts';

export interface Reading {
  readonly kind: KindName;
  /** Of a blood pressure the upper number. */
  readonly value: number;
  /** The lower number of a blood pressure. */
  readonly lower?: number | undefined;
  /** A UCUM code of the kind's. */
  readonly unit: string;
  /** When, as an instant; the day of what is counted over a day. */
  readonly at: string;
  readonly pulse?: number | undefined;
  /** A code of `ARMS`; '' where it is not said. */
  readonly arm?: string;
  readonly meal?: Meal | undefined;
  /** What it was measured with, or which app kept it. */
  readonly device?: string | undefined;
}

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const SNOMED = 'http://snomed.info/sct';
const FASTING: Code = ['49541-6', 'Fasting status - Reported'];

const loinc = (codes: readonly Code[], text?: string): CodeableConcept => ({
  coding: codes.map(([code, display]) => ({ system: LOINC, code, display })),
  ...(text === undefined ? {} : { text }),
});

const quantity = (value: number, { code, words }: Pick<Unit, 'code' | 'words'>): Quantity => ({
  value,
  unit: words,
  system: UCUM,
  code,
});

/** The value, and the pulse as an Observation of its own, where it was counted with a blood pressure. */
export function observationsOf(fhir: Fhir, reading: Reading): readonly [Observation, ...Observation[]] {
  const own = observation(fhir, reading);
  if (reading.kind !== 'blood-pressure' || reading.pulse === undefined) return [own];
  const { at, pulse, device } = reading;
  return [own, observation(fhir, { kind: 'pulse', value: pulse, unit: '/min', at, device })];
}

function observation(fhir: Fhir, reading: Reading): Observation {
  const { kind, device } = reading;
  const { category, title } = KINDS[kind];
  const unit = unitOf(kind, reading.unit);
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }],
      },
    ],
    code: loinc(unit.loinc, title),
    subject: { reference: `Patient/${fhir.patient}` },
    // The server says who that is.
    performer: [
      { reference: fhir.self, display: fhir.self } as NonNullable<Observation['performer']>[number],
    ],
    effectiveDateTime: reading.at,
    ...measured(reading, unit),
    ...(device === undefined || device === '' ? {} : { device: { display: device.slice(0, 100) } }),
  };
}

function measured({ kind, value, lower = 0, arm, meal }: Reading, unit: Unit): Partial<Observation> {
  if (kind !== 'blood-pressure')
    return {
      valueQuantity: quantity(value, unit),
      ...(meal === undefined ? {} : { component: [mealPart(meal)] }),
    };
  const side = ARMS.find(([code]) => code === arm);
  return {
    ...(side ? { bodySite: { coding: [{ system: SNOMED, code: side[0] }], text: side[1] } } : {}),
    component: [
      { code: loinc([SYSTOLIC]), valueQuantity: quantity(value, unit) },
      { code: loinc([DIASTOLIC]), valueQuantity: quantity(lower, unit) },
    ],
  };
}

/** In words: what is coded within a vital sign is of its units (required binding of the R4 profile). */
const mealPart = (meal: Meal): NonNullable<Observation['component']>[number] => ({
  code: loinc([FASTING], 'Meal'),
  valueString: MEALS[meal].words,
});

const codesOf = ({ code }: Pick<Observation, 'code'>): readonly (string | undefined)[] =>
  code?.coding?.map((each) => each.code) ?? [];

const partOf = ({ component }: Observation, [code]: Code) =>
  component?.find((each) => codesOf(each).includes(code));

/** Which kind an Observation is of; undefined: none of these. */
export function kindOfObservation(found: Observation): KindName | undefined {
  const codes = codesOf(found);
  return KIND_NAMES.find((kind) =>
    KINDS[kind].units.some((unit) => unit.loinc.some(([code]) => codes.includes(code))),
  );
}

/** What an Observation says, as it was written down; undefined where it has no value that these pages know. */
export function readingOf(found: Observation): Reading | undefined {
  const kind = kindOfObservation(found);
  const at = dateOf(found);
  if (kind === undefined || at === undefined) return undefined;
  const isPressure = kind === 'blood-pressure';
  const own = isPressure ? partOf(found, SYSTOLIC)?.valueQuantity : found.valueQuantity;
  if (own?.value === undefined) return undefined;
  const unit = KINDS[kind].units.find((each) => each.code === own.code || each.words === own.unit);
  if (!unit) return undefined;
  const side = ARMS.find(([code]) => found.bodySite?.coding?.some((each) => each.code === code));
  return {
    kind,
    value: own.value,
    ...(isPressure ? { lower: partOf(found, DIASTOLIC)?.valueQuantity?.value } : {}),
    unit: unit.code,
    at,
    arm: side?.[0] ?? '',
    meal: mealOf(found),
    device: found.device?.display,
  };
}

function mealOf(found: Observation): Meal | undefined {
  const said = partOf(found, FASTING)?.valueString;
  return (Object.keys(MEALS) as Meal[]).find((meal) => MEALS[meal].words === said);
}

/** "Left arm", as it is on record. */
export function armOf({ bodySite }: Observation): string | undefined {
  const known = ARMS.find(([code]) => bodySite?.coding?.some((each) => each.code === code));
  return known ? t(known[1]) : bodySite && conceptText(bodySite);
}

/**
 * The same for what is the same measurement, whoever sends it and in whichever unit it is said: kind, minute (or day) and value, so that the same file
 * imported again, or a value that was typed in before, is known again.
 */
export function likenessOf({ kind, value, lower, unit, at }: Reading): string {
  const { units, isOfDay } = KINDS[kind];
  const numbers = [value, lower].flatMap((each) =>
    each === undefined ? [] : [inUnit(each, unitOf(kind, unit), units[0]).toFixed(1)],
  );
  const when = isOfDay ? at.slice(0, 10) : new Date(at).toISOString().slice(0, 16);
  return [kind, when, ...numbers].join('|');
}
