/** How Maria Alvarez' values move: what she is prescribed pulls them, time pushes them back. */
import type { Calendar } from '../clinical/calendar.ts';
import type { PatientStory, Vitals } from '../clinical/story.ts';

export function mariaVitals(calendar: Calendar): Vitals {
  return {
    systolic: {
      start: '2020-11-17',
      baseline: 153,
      driftPerYear: 1.1,
      noise: 0.03,
      effects: [
        { from: '2020-11-17', change: -10, days: 25 },
        { from: '2021-03-09', change: -6, days: 25 },
        { from: '2023-05-16', change: -11, days: 20 },
        { from: '2024-09-10', change: -4, days: 40 },
      ],
    },
    diastolic: {
      start: '2020-11-17',
      baseline: 95,
      noise: 0.03,
      effects: [
        { from: '2020-11-17', change: -6, days: 25 },
        { from: '2021-03-09', change: -4, days: 25 },
        { from: '2023-05-16', change: -7, days: 20 },
      ],
    },
    heartRate: { start: '2020-11-17', baseline: 78, noise: 0.06, driftPerYear: -0.6 },
    weight: {
      start: '2020-11-17',
      baseline: 86.4,
      noise: 0.006,
      driftPerYear: 0.3,
      effects: [
        { from: '2020-12-01', change: -4.2, days: 160 },
        { from: '2024-09-10', change: -6.2, days: 110 },
      ],
    },
    height: { start: '2020-11-17', baseline: 163, noise: 0.0008 },
    temperature: { start: '2020-11-17', baseline: 36.7, noise: 0.005 },
    oxygen: { start: '2020-11-17', baseline: 98, noise: 0.004 },
    home: homeReadings(calendar),
  };
}

function homeReadings(calendar: Calendar) {
  return Array.from({ length: 16 }, (_, index) => ({
    when: calendar.ago(3 + index * 7, `week-${String(16 - index).padStart(2, '0')}`),
    time: index % 2 === 0 ? '07:15' : '20:40',
  }));
}

export const mariaLabTrajectories: NonNullable<PatientStory['labTrajectories']> = {
  hba1c: {
    start: '2020-11-17',
    baseline: 9.35,
    driftPerYear: 0.21,
    noise: 0.009,
    effects: [
      { from: '2020-11-17', change: -1.3, days: 70 },
      { from: '2021-01-15', change: -0.75, days: 110 },
      { from: '2022-09-13', change: -0.55, days: 60 },
      { from: '2024-09-10', change: -1, days: 70 },
      { from: '2025-03-12', change: -0.3, days: 200 },
    ],
  },
  ldl: {
    start: '2020-11-17',
    baseline: 162,
    noise: 0.04,
    driftPerYear: 0.8,
    effects: [
      { from: '2021-03-09', change: -56, days: 20 },
      { from: '2023-05-16', change: -22, days: 20 },
    ],
  },
  triglycerides: {
    start: '2020-11-17',
    baseline: 232,
    noise: 0.1,
    effects: [
      { from: '2020-11-17', change: -50, days: 90 },
      { from: '2021-03-09', change: -20, days: 25 },
      { from: '2024-09-10', change: -18, days: 60 },
    ],
  },
  hdl: {
    start: '2020-11-17',
    baseline: 42,
    noise: 0.03,
    effects: [{ from: '2021-01-15', change: 6, days: 200 }],
  },
  tsh: {
    start: '2020-11-17',
    baseline: 8.9,
    driftPerYear: 0.2,
    noise: 0.07,
    effects: [
      { from: '2021-03-09', change: -4.1, days: 30 },
      { from: '2021-09-14', change: -3.0, days: 30 },
    ],
  },
  albuminCreatinine: {
    start: '2020-11-17',
    baseline: 62,
    noise: 0.1,
    effects: [
      { from: '2020-11-17', change: -22, days: 120 },
      { from: '2024-09-10', change: -18, days: 90 },
    ],
  },
  creatinine: {
    start: '2020-11-17',
    baseline: 0.76,
    driftPerYear: 0.012,
    noise: 0.035,
    effects: [{ from: '2024-09-10', change: 0.05, days: 20 }],
  },
  potassium: {
    start: '2020-11-17',
    baseline: 4.3,
    noise: 0.035,
    exact: { '2022-06-14': 6.4, '2022-06-15': 4.4 },
  },
  alt: {
    start: '2020-11-17',
    baseline: 61,
    noise: 0.07,
    floor: 12,
    effects: [
      { from: '2020-12-01', change: -22, days: 220 },
      { from: '2024-09-10', change: -9, days: 150 },
    ],
  },
  ast: {
    start: '2020-11-17',
    baseline: 43,
    noise: 0.06,
    floor: 12,
    effects: [
      { from: '2020-12-01', change: -13, days: 220 },
      { from: '2024-09-10', change: -5, days: 150 },
    ],
  },
  vitaminB12: { start: '2020-11-17', baseline: 410, driftPerYear: -34, noise: 0.05 },
  vitaminD: {
    start: '2020-11-17',
    baseline: 21,
    noise: 0.07,
    effects: [{ from: '2022-03-15', change: 14, days: 90 }],
  },
};
