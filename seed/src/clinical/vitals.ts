/** Vital signs of every visit, and blood pressures the patient measured at home. */
import type {
  CodeableConcept,
  Observation,
  Patient,
  Practitioner,
  Quantity,
  Reference,
  Resource,
} from '@medplum/fhirtypes';
import { ageAt, at, type Moment, plusMinutes } from './calendar.ts';
import {
  type Code,
  coding,
  concepts,
  hl7,
  idOf,
  kebab,
  LOINC,
  loinc,
  quantity,
  reference,
  snomed,
  usCore,
} from './coding.ts';
import { encounterAt } from './encounters.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { PatientStory, Vitals, World } from './story.ts';
import { measuredValue, round } from './trajectory.ts';

const CATEGORY = hl7('observation-category', ['vital-signs', 'Vital Signs']);

interface VitalSign {
  readonly profile: string;
  readonly code: CodeableConcept;
  readonly unit: readonly [code: string, display: string];
  readonly decimals: number;
}

const signs = {
  heartRate: {
    profile: 'heart-rate',
    code: loinc(['8867-4', 'Heart rate']),
    unit: ['/min', 'beats/minute'],
    decimals: 0,
  },
  weight: {
    profile: 'body-weight',
    code: loinc(['29463-7', 'Body weight'], 'Weight'),
    unit: ['kg', 'kg'],
    decimals: 1,
  },
  height: {
    profile: 'body-height',
    code: loinc(['8302-2', 'Body height'], 'Height'),
    unit: ['cm', 'cm'],
    decimals: 1,
  },
  temperature: {
    profile: 'body-temperature',
    code: loinc(['8310-5', 'Body temperature'], 'Temperature'),
    unit: ['Cel', '°C'],
    decimals: 1,
  },
  respiratoryRate: {
    profile: 'respiratory-rate',
    code: loinc(['9279-1', 'Respiratory rate']),
    unit: ['/min', 'breaths/minute'],
    decimals: 0,
  },
  headCircumference: {
    profile: 'head-circumference',
    code: loinc(['9843-4', 'Head Occipital-frontal circumference'], 'Head circumference'),
    unit: ['cm', 'cm'],
    decimals: 1,
  },
  oxygen: {
    profile: 'pulse-oximetry',
    code: concepts(
      'Oxygen saturation',
      coding(LOINC, ['59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry']),
      coding(LOINC, ['2708-6', 'Oxygen saturation in Arterial blood']),
    ),
    unit: ['%', '%'],
    decimals: 0,
  },
  bmi: {
    profile: 'bmi',
    code: loinc(['39156-5', 'Body mass index (BMI) [Ratio]'], 'Body mass index'),
    unit: ['kg/m2', 'kg/m²'],
    decimals: 1,
  },
} as const satisfies Record<string, VitalSign>;

type SignKey = keyof typeof signs;

export function vitalSigns(story: PatientStory, world: World): Resource[] {
  const measured = story.visits
    .filter(({ type }) => type !== 'video')
    .flatMap((visit) => visitVitals(story, visit.when, visit.time ?? '09:20', world));
  const home = (story.vitals.home ?? []).map(({ when, time }) => homeBloodPressure(story, when, time, world));
  return [...measured, ...home, ...socialHistory(story)];
}

function visitVitals(story: PatientStory, when: Moment, visitTime: string, world: World): Observation[] {
  const time = plusMinutes(visitTime, 4);
  const value = (key: SignKey & keyof Vitals) => {
    const trajectory = story.vitals[key];
    return trajectory === undefined
      ? undefined
      : round(measuredValue(trajectory, when, `${story.key}|${key}`, world.random), signs[key].decimals);
  };
  const { weight, height, ...others } = {
    heartRate: value('heartRate'),
    weight: value('weight'),
    height: value('height'),
    temperature: value('temperature'),
    headCircumference: ageAt(story.birthDate, when.date) < 2 ? value('headCircumference') : undefined,
    oxygen: value('oxygen'),
  };
  const list = Object.entries({ weight, height, ...others })
    .filter((entry): entry is [SignKey, number] => entry[1] !== undefined)
    .map(([key, amount]) => sign(story, when, time, key, amount));
  if (weight !== undefined && height !== undefined && ageAt(story.birthDate, when.date) >= 2) {
    list.push(sign(story, when, time, 'bmi', round(weight / (height / 100) ** 2, 1)));
  }
  if (story.vitals.systolic !== undefined) list.unshift(bloodPressure(story, when, time, world, nurse()));
  return list;
}

function sign(story: PatientStory, when: Moment, time: string, key: SignKey, amount: number): Observation {
  const { profile, code, unit } = signs[key];
  return {
    resourceType: 'Observation',
    id: idOf('obs', story.key, kebab(key), when.key),
    meta: usCore(profile),
    status: 'final',
    category: [CATEGORY],
    code,
    subject: patientReference(story),
    ...encounterAt(story, when.key),
    effectiveDateTime: at(when.date, time),
    performer: [nurse()],
    valueQuantity: quantity(amount, unit[0], unit[1]),
    ...(key === 'oxygen' && { referenceRange: [{ low: quantity(94, '%'), high: quantity(100, '%') }] }),
  };
}

function nurse(): Reference<Practitioner> {
  return reference<Practitioner>('Practitioner', 'miguel-torres', displayName('miguel-torres'));
}

function bloodPressure(
  story: PatientStory,
  when: Moment,
  time: string,
  world: World,
  by: Reference<Practitioner | Patient>,
): Observation {
  const { systolic, diastolic } = story.vitals;
  if (systolic === undefined || diastolic === undefined)
    throw new Error(`${story.id}: blood pressure needs both values`);
  const upper = round(measuredValue(systolic, when, `${story.key}|systolic`, world.random), 0);
  const lower = round(measuredValue(diastolic, when, `${story.key}|diastolic`, world.random), 0);
  return {
    resourceType: 'Observation',
    id: idOf('obs', story.key, 'blood-pressure', when.key),
    meta: usCore('blood-pressure'),
    status: 'final',
    category: [CATEGORY],
    code: loinc(['85354-9', 'Blood pressure panel with all children optional'], 'Blood pressure'),
    subject: patientReference(story),
    ...encounterAt(story, when.key),
    effectiveDateTime: at(when.date, time),
    performer: [by],
    interpretation: [bloodPressureFlag(upper, lower)],
    component: [
      {
        code: loinc(['8480-6', 'Systolic blood pressure'], 'Systolic'),
        valueQuantity: mmHg(upper),
        referenceRange: [{ high: mmHg(129) }],
      },
      {
        code: loinc(['8462-4', 'Diastolic blood pressure'], 'Diastolic'),
        valueQuantity: mmHg(lower),
        referenceRange: [{ high: mmHg(79) }],
      },
    ],
  };
}

function homeBloodPressure(story: PatientStory, when: Moment, time: string, world: World): Observation {
  const observation = bloodPressure(story, when, time, world, patientReference(story));
  return {
    ...observation,
    id: idOf('obs', story.key, 'home-blood-pressure', when.key),
    note: [{ text: 'Measured at home.' }],
  };
}

function mmHg(value: number): Quantity {
  return quantity(value, 'mm[Hg]', 'mmHg');
}

function bloodPressureFlag(systolic: number, diastolic: number): CodeableConcept {
  const code: Code =
    systolic >= 180 || diastolic >= 120
      ? ['HH', 'Critical high']
      : systolic >= 130 || diastolic >= 80
        ? ['H', 'High']
        : ['N', 'Normal'];
  return hl7('v3-ObservationInterpretation', code);
}

function socialHistory(story: PatientStory): Observation[] {
  const latest = story.visits.at(-1);
  if (latest === undefined || story.smoking === undefined) return [];
  const category = [hl7('observation-category', ['social-history', 'Social History'])];
  const smoking: Observation = {
    resourceType: 'Observation',
    id: idOf('obs', story.key, 'smoking-status'),
    meta: usCore('smokingstatus'),
    status: 'final',
    category,
    code: loinc(['72166-2', 'Tobacco smoking status']),
    subject: patientReference(story),
    effectiveDateTime: at(latest.when.date, latest.time ?? '09:20'),
    performer: [nurse()],
    valueCodeableConcept: snomed(story.smoking),
  };
  if (story.occupation === undefined) return [smoking];
  const occupation: Observation = {
    resourceType: 'Observation',
    id: idOf('obs', story.key, 'occupation'),
    status: 'final',
    category,
    code: loinc(['11341-5', 'History of Occupation']),
    subject: patientReference(story),
    effectiveDateTime: at(latest.when.date, latest.time ?? '09:20'),
    performer: [nurse()],
    valueCodeableConcept: { text: story.occupation },
  };
  return [smoking, occupation];
}
