/** What people measure at home: how each is coded (LOINC, UCUM; US Core vital signs), in which units it is written down, and what is usual. */
import type { Text } from '../../i18n/text.ts';

export type KindName = 'blood-pressure' | 'glucose' | 'weight' | 'oxygen' | 'pulse' | 'temperature' | 'steps';

export type Code = readonly [code: string, display: string];

export interface Unit {
  /** UCUM. */
  readonly code: string;
  /** As people write it. */
  readonly words: string;
  /** Of what is measured in this unit; the first is the one that counts. */
  readonly loinc: readonly [Code, ...Code[]];
  /** How many of the first unit one of it is: `value * factor + offset`. */
  readonly factor: number;
  readonly offset?: number;
  /** Outside of it a value is asked about once more. */
  readonly usual: readonly [low: number, high: number];
}

export interface Kind {
  readonly title: Text;
  readonly about: Text;
  readonly category: 'vital-signs' | 'activity';
  readonly units: readonly [Unit, ...Unit[]];
  /** No value is higher than this, in the first unit. */
  readonly most?: number;
  /** Counted over a day, so it has no time of day. */
  readonly isOfDay?: true;
}

const WEIGHT: Code = ['29463-7', 'Body weight'];
const TEMPERATURE: Code = ['8310-5', 'Body temperature'];
export const SYSTOLIC: Code = ['8480-6', 'Systolic blood pressure'];
export const DIASTOLIC: Code = ['8462-4', 'Diastolic blood pressure'];
export const PULSE: Code = ['8867-4', 'Heart rate'];

/** Milligrams in a decilitre for each millimole in a litre (molar mass of glucose: 180.156 g/mol). */
const MG_DL_OF_MMOL_L = 18.0156;

export const KINDS: Readonly<Record<KindName, Kind>> = {
  'blood-pressure': {
    title: 'Blood pressure',
    about: 'Both numbers, with pulse and arm',
    category: 'vital-signs',
    units: [
      {
        code: 'mm[Hg]',
        words: 'mmHg',
        loinc: [['85354-9', 'Blood pressure panel with all children optional']],
        factor: 1,
        usual: [70, 220],
      },
    ],
  },
  glucose: {
    title: 'Blood sugar',
    about: 'From a meter or a sensor, before or after eating',
    category: 'vital-signs',
    units: [
      {
        code: 'mg/dL',
        words: 'mg/dL',
        loinc: [['41653-7', 'Glucose [Mass/volume] in Capillary blood by Glucometer']],
        factor: 1,
        usual: [50, 400],
      },
      {
        code: 'mmol/L',
        words: 'mmol/L',
        loinc: [['14743-9', 'Glucose [Moles/volume] in Capillary blood by Glucometer']],
        factor: MG_DL_OF_MMOL_L,
        usual: [2.8, 22],
      },
    ],
  },
  weight: {
    title: 'Weight',
    about: 'In kilograms or pounds',
    category: 'vital-signs',
    units: [
      { code: 'kg', words: 'kg', loinc: [WEIGHT], factor: 1, usual: [30, 200] },
      { code: '[lb_av]', words: 'lb', loinc: [WEIGHT], factor: 0.453_592_37, usual: [66, 440] },
    ],
  },
  oxygen: {
    title: 'Oxygen saturation',
    about: 'From a device on the finger',
    category: 'vital-signs',
    most: 100,
    units: [
      {
        code: '%',
        words: '%',
        loinc: [
          ['59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry'],
          ['2708-6', 'Oxygen saturation in Arterial blood'],
        ],
        factor: 1,
        usual: [85, 100],
      },
    ],
  },
  pulse: {
    title: 'Heart rate',
    about: 'Beats in a minute',
    category: 'vital-signs',
    units: [{ code: '/min', words: 'beats/minute', loinc: [PULSE], factor: 1, usual: [35, 200] }],
  },
  temperature: {
    title: 'Temperature',
    about: 'In degrees Celsius or Fahrenheit',
    category: 'vital-signs',
    units: [
      { code: 'Cel', words: '°C', loinc: [TEMPERATURE], factor: 1, usual: [34, 42] },
      {
        code: '[degF]',
        words: '°F',
        loinc: [TEMPERATURE],
        factor: 5 / 9,
        offset: -160 / 9,
        usual: [93.2, 107.6],
      },
    ],
  },
  steps: {
    title: 'Steps',
    about: 'How many in a day',
    category: 'activity',
    isOfDay: true,
    units: [
      {
        code: '{steps}',
        words: 'steps',
        loinc: [['55423-8', 'Number of steps in unspecified time Pedometer']],
        factor: 1,
        usual: [0, 60_000],
      },
    ],
  },
};

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

export const isKindName = (name: string | undefined): name is KindName =>
  name !== undefined && Object.hasOwn(KINDS, name);

/** The unit by its UCUM code; the first where none is meant. */
export function unitOf(kind: KindName, code: string | undefined): Unit {
  const { units } = KINDS[kind];
  return units.find((each) => each.code === code) ?? units[0];
}

/** The value in another unit of the same kind, rounded as devices show it. */
export function inUnit(value: number, from: Unit, to: Unit): number {
  if (from.code === to.code) return value;
  const first = value * from.factor + (from.offset ?? 0);
  return Math.round(((first - (to.offset ?? 0)) / to.factor) * 10) / 10;
}

/** Where the cuff was (SNOMED CT). */
export const ARMS: readonly (readonly [code: string, words: Text])[] = [
  ['368208006', 'Left arm'],
  ['368209003', 'Right arm'],
];

/** When blood sugar was measured. */
export const MEALS = {
  fasting: { words: 'Fasting' },
  before: { words: 'Before a meal' },
  after: { words: 'After a meal' },
} as const satisfies Readonly<Record<string, { words: Text }>>;
export type Meal = keyof typeof MEALS;
export const isMeal = (text: string): text is Meal => Object.hasOwn(MEALS, text);
