/**
 * Heart age by the Framingham general cardiovascular risk profile with laboratory values: D'Agostino et al., Circulation 2008;117:743-753
 * (doi 10.1161/CIRCULATIONAHA.107.699579), Cox model, ages 30 to 74, for people without cardiovascular disease.
 */
export interface HeartFacts {
  readonly sex: 'female' | 'male';
  /** Years. */
  readonly age: number;
  /** Upper blood pressure, mmHg. */
  readonly systolic: number;
  readonly treated: boolean;
  /** mg/dL */
  readonly cholesterol: number;
  /** mg/dL */
  readonly hdl: number;
  readonly smokes: boolean;
  readonly diabetes: boolean;
}

interface Coefficients {
  readonly age: number;
  readonly cholesterol: number;
  readonly hdl: number;
  readonly untreated: number;
  readonly treated: number;
  readonly smokes: number;
  readonly diabetes: number;
  readonly mean: number;
  /** Share that stays free of it for ten years at the mean. */
  readonly baseline: number;
}

const MODEL: Readonly<Record<HeartFacts['sex'], Coefficients>> = {
  female: {
    age: 2.32888,
    cholesterol: 1.20904,
    hdl: -0.70833,
    untreated: 2.76157,
    treated: 2.82263,
    smokes: 0.52873,
    diabetes: 0.69154,
    mean: 26.1931,
    baseline: 0.95012,
  },
  male: {
    age: 3.06117,
    cholesterol: 1.1237,
    hdl: -0.93263,
    untreated: 1.93303,
    treated: 1.99881,
    smokes: 0.65451,
    diabetes: 0.57367,
    mean: 23.9802,
    baseline: 0.88936,
  },
};

/** Whose heart is as old as they are: the paper's own reference values. */
const REFERENCE = {
  systolic: 125,
  treated: false,
  cholesterol: 180,
  hdl: 45,
  smokes: false,
  diabetes: false,
};

const LIMITS = { age: [30, 74], systolic: [90, 200], cholesterol: [100, 405], hdl: [10, 100] } as const;

export type HeartNumber = keyof typeof LIMITS;

/** The first number that the study did not cover. */
export function beyondStudy(facts: HeartFacts): HeartNumber | undefined {
  return (Object.keys(LIMITS) as HeartNumber[]).find((name) => {
    const [least, most] = LIMITS[name];
    return !(facts[name] >= least && facts[name] <= most);
  });
}

export const limitsOf = (name: HeartNumber): readonly [least: number, most: number] => LIMITS[name];

function withoutAge({
  sex,
  systolic,
  treated,
  cholesterol,
  hdl,
  smokes,
  diabetes,
}: Omit<HeartFacts, 'age'>): number {
  const b = MODEL[sex];
  return (
    b.cholesterol * Math.log(cholesterol) +
    b.hdl * Math.log(hdl) +
    (treated ? b.treated : b.untreated) * Math.log(systolic) +
    (smokes ? b.smokes : 0) +
    (diabetes ? b.diabetes : 0)
  );
}

/** Chance of a heart attack, stroke, heart failure or the like within ten years: 0 to 1. */
export function tenYearRisk(facts: HeartFacts): number {
  const { age, mean, baseline } = MODEL[facts.sex];
  const sum = age * Math.log(facts.age) + withoutAge(facts);
  return 1 - baseline ** Math.exp(sum - mean);
}

/** The age at which somebody of the same sex with the reference values has the same risk; whole years. */
export function heartAge(facts: HeartFacts): number {
  const { age } = MODEL[facts.sex];
  const more = withoutAge(facts) - withoutAge({ sex: facts.sex, ...REFERENCE });
  return Math.round(Math.exp(Math.log(facts.age) + more / age));
}
