/** The numbers of one blood draw. What follows from something else (eGFR, total cholesterol, indices) is computed from it. */
import type { Person } from '../codes/lab-test.ts';
import { type LabTestKey, labTest } from '../codes/lab-tests.ts';
import { ageAt, type Moment } from './calendar.ts';
import type { PatientStory, World } from './story.ts';
import { measuredValue, round } from './trajectory.ts';

export function personAt(story: PatientStory, date: string): Person {
  return { sex: story.gender, age: ageAt(story.birthDate, date) };
}

/** A function from test to the value measured at `moment`; tests of one draw agree with each other. */
export function labValues(story: PatientStory, moment: Moment, world: World): (key: LabTestKey) => number {
  const known = new Map<LabTestKey, number>();
  const value = (key: LabTestKey): number => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const now = round(
      story.labTrajectories?.[key] ? measured(key) : (derived(key) ?? measured(key)),
      labTest(key).decimals,
    );
    known.set(key, now);
    return now;
  };

  function measured(key: LabTestKey): number {
    const trajectory = story.labTrajectories?.[key];
    if (trajectory !== undefined)
      return measuredValue(trajectory, moment, `${story.key}|${key}`, world.random);
    return usualValue(story, key, moment, world);
  }

  function derived(key: LabTestKey): number | undefined {
    switch (key) {
      case 'egfr':
        return filtrationRate(value('creatinine'), personAt(story, moment.modelDate));
      case 'cholesterol':
        return value('ldl') + value('hdl') + value('triglycerides') / 5;
      case 'averageGlucose':
        return 28.7 * value('hba1c') - 46.7;
      case 'glucose':
        return story.labTrajectories?.hba1c && (28.7 * value('hba1c') - 58) * (1 + 0.06 * noise(key));
      case 'freeT4':
        return (
          story.labTrajectories?.tsh && (1.22 - 0.17 * Math.log(value('tsh') / 2)) * (1 + 0.03 * noise(key))
        );
      case 'hematocrit':
        return value('hemoglobin') * 2.98 * (1 + 0.008 * noise(key));
      case 'rbc':
        return (value('hematocrit') * 10) / value('mcv');
      case 'mch':
        return (value('hemoglobin') * 10) / value('rbc');
      case 'mchc':
        return (value('hemoglobin') * 100) / value('hematocrit');
      case 'neutrophils':
        return 100 - value('lymphocytes') - value('monocytes') - value('eosinophils') - value('basophils');
      default:
        return undefined;
    }
  }

  function noise(key: LabTestKey): number {
    return world.random.normal(`${story.key}|${key}|${moment.key}`);
  }

  return value;
}

/** A healthy value: the person's own set point, inside the range, with the variation within one person. */
function usualValue(story: PatientStory, key: LabTestKey, moment: Moment, { random }: World): number {
  const person = personAt(story, moment.modelDate);
  const test = labTest(key);
  const [mean, spread, within] = test.usual(person);
  const range = test.range?.(person) ?? {};
  const setPoint = mean + spread * random.normal(`${story.key}|${key}`);
  const value = setPoint * (1 + within * random.normal(`${story.key}|${key}|${moment.key}`));
  return Math.min(range.high ?? Number.POSITIVE_INFINITY, Math.max(range.low ?? 0, value));
}

/** CKD-EPI 2021 creatinine equation, without race (Inker et al., N Engl J Med 2021). */
function filtrationRate(creatinine: number, { sex, age }: Person): number {
  const [kappa, alpha, factor] = sex === 'female' ? [0.7, -0.241, 1.012] : [0.9, -0.302, 1];
  const ratio = creatinine / kappa;
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * factor;
}
