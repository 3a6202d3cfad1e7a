/** What a person measured at home, as the vital-signs profile has it (LOINC 85354-9 with 8480-6 and 8462-4). */
import type { Observation } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Pressure } from '../../format/blood-pressure-flag.ts';
import { timeOf } from '../../format/date.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';

const LOINC = 'http://loinc.org';
const PANEL = '85354-9';
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';
const PULSE = '8867-4';
const SNOMED = 'http://snomed.info/sct';

/** Where the cuff was. */
export const ARMS: readonly (readonly [code: string, words: Text])[] = [
  ['368208006', 'Left arm'],
  ['368209003', 'Right arm'],
];

/** What is written down of one measurement. */
export interface Reading extends Pressure {
  readonly pulse?: number | undefined;
  /** A code of `ARMS`; '' where it is not said. */
  readonly arm: string;
  /** When, as an instant. */
  readonly at: string;
}

export const bloodPressuresQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['blood-pressures', fhir.patient],
    queryFn: async () => {
      const { resources } = await fhir.search<Observation>('Observation', {
        patient: fhir.patient,
        code: `${LOINC}|${PANEL},${LOINC}|${PULSE}`,
        _sort: '-date',
        _count: '200',
      });
      return withPulse(resources);
    },
  });

/** A pulse belongs to what was measured at the same moment. */
export function withPulse(
  all: readonly Observation[],
): readonly { readonly observation: Observation; readonly pulse: Observation | undefined }[] {
  const isPulse = ({ code }: Observation): boolean =>
    code.coding?.some((each) => each.code === PULSE) === true;
  const pulses = new Map(all.filter(isPulse).map((each) => [each.effectiveDateTime, each]));
  return all
    .filter((each) => !isPulse(each))
    .map((observation) => ({
      observation,
      pulse:
        observation.effectiveDateTime === undefined ? undefined : pulses.get(observation.effectiveDateTime),
    }));
}

/** By field: what is wrong, in words. */
export function problemsOf(reading: Reading, now = Date.now()): Readonly<Record<string, Text>> {
  const { pulse, at } = reading;
  const pressure = problemOf(reading);
  const time = timeOf(at);
  return {
    ...(pressure ? { upper: pressure } : {}),
    ...(pulse !== undefined && (!Number.isInteger(pulse) || pulse < 30 || pulse > 220)
      ? { pulse: 'The pulse is usually between 30 and 220.' as const }
      : {}),
    ...(!(time <= now + 60_000)
      ? { at: 'Please enter when it was measured, not later than now.' as const }
      : {}),
  };
}

/** What is wrong with it, in words; undefined when nothing is. */
function problemOf({ systolic, diastolic }: Pressure): Text | undefined {
  if (!Number.isInteger(systolic) || systolic < 50 || systolic > 300)
    return 'The first number is usually between 50 and 300.';
  if (!Number.isInteger(diastolic) || diastolic < 20 || diastolic > 200)
    return 'The second number is usually between 20 and 200.';
  if (diastolic >= systolic) return 'The first number is the higher one. Please look at the device again.';
  return undefined;
}

const VITAL_SIGNS = [
  {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
  },
];

/** The pressure, and the pulse as an Observation of its own, where it was counted. */
export function bloodPressure(fhir: Fhir, reading: Reading): readonly Observation[] {
  const { systolic, diastolic, pulse, arm, at } = reading;
  const part = (code: string, display: string, value: number) => ({
    code: { coding: [{ system: LOINC, code, display }] },
    valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  });
  const common = (): Pick<
    Observation,
    'resourceType' | 'status' | 'category' | 'subject' | 'performer' | 'effectiveDateTime'
  > => ({
    resourceType: 'Observation',
    status: 'final',
    category: [...VITAL_SIGNS],
    subject: { reference: `Patient/${fhir.patient}` },
    performer: [{ reference: fhir.self } as NonNullable<Observation['performer']>[number]],
    effectiveDateTime: at,
  });
  const side = ARMS.find(([code]) => code === arm);
  const pressure: Observation = {
    ...common(),
    code: {
      coding: [{ system: LOINC, code: PANEL, display: 'Blood pressure panel with all children optional' }],
      text: 'Blood pressure',
    },
    ...(side ? { bodySite: { coding: [{ system: SNOMED, code: side[0] }], text: side[1] } } : {}),
    component: [
      part(SYSTOLIC, 'Systolic blood pressure', systolic),
      part(DIASTOLIC, 'Diastolic blood pressure', diastolic),
    ],
  };
  if (pulse === undefined) return [pressure];
  const beats: Observation = {
    ...common(),
    code: { coding: [{ system: LOINC, code: PULSE, display: 'Heart rate' }], text: 'Heart rate' },
    valueQuantity: {
      value: pulse,
      unit: 'beats/minute',
      system: 'http://unitsofmeasure.org',
      code: '/min',
    },
  };
  return [pressure, beats];
}

/** "Left arm", as it is on record. */
export function armOf({ bodySite }: Observation): string | undefined {
  const known = ARMS.find(([code]) => bodySite?.coding?.some((each) => each.code === code));
  return known ? t(known[1]) : bodySite && conceptText(bodySite);
}
