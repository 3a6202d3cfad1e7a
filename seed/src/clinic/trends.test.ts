import type { Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { demoClinic } from './demo-clinic.ts';

const clinic = demoClinic({ today: '2026-11-24' });

/** Values of one test of one patient, oldest first, as [day, value]. */
function series(patient: string, key: string): [string, number][] {
  const { story, resources } = clinic.patients.find((entry) => entry.story.id === patient) ?? {};
  const id = new RegExp(`^obs-${story?.key}-${key}-(\\d{4}-\\d\\d-\\d\\d|latest|[a-z]+-\\d+-weeks)$`);
  return (resources ?? [])
    .filter(
      (resource): resource is Observation =>
        resource.resourceType === 'Observation' && id.test(resource.id ?? ''),
    )
    .map((observation): [string, number] => [
      (observation.effectiveDateTime ?? '').slice(0, 10),
      observation.valueQuantity?.value ?? observation.component?.[0]?.valueQuantity?.value ?? Number.NaN,
    ])
    .sort(([left], [right]) => left.localeCompare(right));
}

function mean(values: readonly [string, number][], from: string, until: string): number {
  const chosen = values.filter(([day]) => day >= from && day < until).map(([, value]) => value);
  expect(chosen.length, `${from} to ${until}`).toBeGreaterThan(0);
  return chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
}

describe('Maria’s values', () => {
  it('span six years', () => {
    const days = series('maria-alvarez', 'hba1c');
    expect(days.length).toBeGreaterThanOrEqual(15);
    expect(days[0]?.[0]).toBe('2020-11-17');
    expect(days.at(-1)?.[0]).toMatch(/^2026-11/);
  });

  it('HbA1c answers to metformin, and to empagliflozin', () => {
    const hba1c = series('maria-alvarez', 'hba1c');
    expect(hba1c[0]?.[1]).toBeGreaterThan(9);
    expect(mean(hba1c, '2021-06', '2022-01')).toBeLessThan(8);
    const before = mean(hba1c, '2024-01', '2024-09-10');
    const after = mean(hba1c, '2025-03', '2026-01');
    expect(before - after).toBeGreaterThan(0.5);
    expect(hba1c.at(-1)?.[1]).toBeLessThan(7);
  });

  it('LDL cholesterol falls by a third under the first statin dose, and again under the second', () => {
    const ldl = series('maria-alvarez', 'ldl');
    const untreated = mean(ldl, '2020', '2021-03-09');
    const first = mean(ldl, '2021-06', '2023-05-16');
    expect(first / untreated).toBeLessThan(0.72);
    expect(mean(ldl, '2023-09', '2027')).toBeLessThan(first - 10);
  });

  it('TSH comes into range under levothyroxine and stays there', () => {
    const tsh = series('maria-alvarez', 'tsh');
    expect(tsh[0]?.[1]).toBeGreaterThan(4.5);
    for (const [day, value] of tsh.filter(([date]) => date > '2021-12')) expect(value, day).toBeLessThan(4.5);
  });

  it('blood pressure falls when amlodipine is added', () => {
    const systolic = series('maria-alvarez', 'blood-pressure');
    expect(mean(systolic, '2021-06', '2023-05-01') - mean(systolic, '2023-11', '2027')).toBeGreaterThan(6);
  });

  it('one draw agrees with itself: total cholesterol, average glucose, red cell indices', () => {
    const latest = (key: string) => series('maria-alvarez', key).at(-1)?.[1] ?? Number.NaN;
    expect(latest('cholesterol')).toBeCloseTo(
      latest('ldl') + latest('hdl') + latest('triglycerides') / 5,
      -0.5,
    );
    expect(latest('average-glucose')).toBeCloseTo(28.7 * latest('hba1c') - 46.7, -0.5);
    expect(latest('mcv')).toBeCloseTo((latest('hematocrit') * 10) / latest('rbc'), 0);
    expect(
      latest('neutrophils') +
        latest('lymphocytes') +
        latest('monocytes') +
        latest('eosinophils') +
        latest('basophils'),
    ).toBeCloseTo(100, 1);
  });

  it('the one dangerous potassium is normal the next day', () => {
    const potassium = new Map(series('maria-alvarez', 'potassium'));
    expect(potassium.get('2022-06-14')).toBe(6.4);
    expect(potassium.get('2022-06-15')).toBeLessThan(5);
  });
});

describe('other patients’ values', () => {
  it('Leo grows', () => {
    const height = series('leo-okafor', 'height').map(([, value]) => value);
    expect(height).toEqual([...height].sort((left, right) => left - right));
  });

  it('Grace’s hemoglobin falls and recovers with iron', () => {
    const hemoglobin = series('grace-okafor', 'hemoglobin').map(([, value]) => value);
    expect(Math.min(...hemoglobin)).toBe(hemoglobin[1]);
    expect(hemoglobin.at(-1)).toBeGreaterThan(12);
  });

  it('James’ INR lies in the treatment range most of the time while he takes warfarin', () => {
    const inr = series('james-whitfield', 'inr').map(([, value]) => value);
    expect(inr.filter((value) => value >= 2 && value <= 3).length / inr.length).toBeGreaterThan(0.7);
  });

  it('Dorothy’s kidney function declines', () => {
    const egfr = series('dorothy-mills', 'egfr').map(([, value]) => value);
    expect((egfr[0] ?? 0) - (egfr.at(-1) ?? 0)).toBeGreaterThan(6);
  });
});

describe('what clinicians write', () => {
  const NAMED =
    /(HbA1c|Hemoglobin|ferritin|Uric acid|[Pp]otassium)(?: is| of yesterday was| back to)? (\d+(?:\.\d+)?)(?! weeks)/g;
  const KEYS: Record<string, string> = {
    HbA1c: 'hba1c',
    Hemoglobin: 'hemoglobin',
    ferritin: 'ferritin',
    'Uric acid': 'uric-acid',
    Potassium: 'potassium',
    potassium: 'potassium',
  };

  it('names the values that were measured', () => {
    let checked = 0;
    for (const { story } of clinic.patients) {
      for (const { when, note = [] } of story.visits) {
        for (const [sentence, name = '', value] of note.join(' ').matchAll(NAMED)) {
          const recent = series(story.id, KEYS[name] ?? '').filter(
            ([day]) => Math.abs(Date.parse(day) - Date.parse(when.date)) < 15 * 86_400_000,
          );
          expect(
            recent.map(([, measured]) => measured),
            `${story.id} ${when.date}: ${sentence}`,
          ).toContain(Number(value));
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(7);
  });

  it('Maria’s body mass index is below 30 since the problem list says so', () => {
    const bmi = series('maria-alvarez', 'bmi').filter(([day]) => day >= '2025-03-12');
    expect(bmi.length).toBeGreaterThan(2);
    for (const [day, value] of bmi) expect(value, day).toBeLessThan(30);
  });
});
