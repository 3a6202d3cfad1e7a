/** What ordinary patients have in common: vital signs around one value, a flu shot every autumn, adult check-ups. */
import { on } from '../clinical/calendar.ts';
import type { ClinicianId } from '../clinical/practitioners.ts';
import type { LabDraw, Vaccination, Visit, Vitals } from '../clinical/story.ts';

export interface Body {
  readonly start: string;
  readonly systolic: number;
  readonly diastolic: number;
  readonly heartRate: number;
  readonly weight: number;
  readonly height: number;
  readonly weightPerYear?: number;
}

export function steadyVitals(body: Body): Vitals {
  const { start } = body;
  return {
    systolic: { start, baseline: body.systolic, noise: 0.035 },
    diastolic: { start, baseline: body.diastolic, noise: 0.04 },
    heartRate: { start, baseline: body.heartRate, noise: 0.06 },
    weight: { start, baseline: body.weight, noise: 0.008, driftPerYear: body.weightPerYear ?? 0.2 },
    height: { start, baseline: body.height, noise: 0.0008 },
    temperature: { start, baseline: 36.7, noise: 0.005 },
    oxygen: { start, baseline: 98, noise: 0.004 },
  };
}

/** A flu vaccine each autumn; until 2023 with four strains, from 2024 with three. */
export function fluShots(from: number, until: number): Vaccination[] {
  return Array.from({ length: until - from + 1 }, (_, index) => {
    const year = from + index;
    return {
      vaccine: year < 2024 ? 'influenzaQuadrivalent' : 'influenza',
      date: `${year}-10-${String(6 + ((year * 5) % 20)).padStart(2, '0')}`,
    };
  });
}

export function visit(
  date: string,
  type: Visit['type'],
  clinician: ClinicianId,
  reasons: Visit['reasons'],
  ...note: string[]
): Visit {
  return { when: on(date), type, clinician, reasons, ...(note.length > 0 && { note }) };
}

export function draw(date: string, clinician: ClinicianId, ...panels: LabDraw['panels'][number][]): LabDraw {
  return { when: on(date), panels, clinician };
}

/** Vaccines of the first six years by age in days, as the United States schedule has them. */
export function childhoodVaccines(birthDate: string, until: string): Vaccination[] {
  return CHILDHOOD.flatMap(([days, ...vaccines]) => {
    const date = new Date(Date.parse(birthDate) + days * 86_400_000).toISOString().slice(0, 10);
    return date <= until ? vaccines.map((vaccine) => ({ vaccine, date })) : [];
  });
}

const CHILDHOOD: readonly (readonly [days: number, ...vaccines: Vaccination['vaccine'][]])[] = [
  [1, 'hepatitisBChild'],
  [62, 'dtap', 'polio', 'hib', 'pneumococcal13', 'rotavirus', 'hepatitisBChild'],
  [124, 'dtap', 'polio', 'hib', 'pneumococcal13', 'rotavirus'],
  [186, 'dtap', 'pneumococcal13', 'hepatitisBChild'],
  [372, 'mmr', 'varicella', 'hepatitisAChild', 'hib', 'pneumococcal13'],
  [470, 'dtap'],
  [560, 'hepatitisAChild'],
  [1500, 'dtap', 'polio', 'mmr', 'varicella'],
  [4054, 'tdap', 'meningococcal', 'hpv9'],
];
