/** The people of the clinic. */
import type { Code } from './coding.ts';

export interface Clinician {
  readonly given: string;
  readonly family: string;
  readonly prefix?: string;
  readonly suffix: string;
  readonly gender: 'female' | 'male';
  /** NUCC provider taxonomy. */
  readonly specialty: Code;
  /** What patients read under the name. */
  readonly title: string;
  readonly languages: readonly Code[];
  /** The healthcare service in whose name visits can be booked, if any can. */
  readonly service?: ServiceKey;
  readonly visitMinutes?: number;
}

const ENGLISH: Code = ['en', 'English'];
const SPANISH: Code = ['es', 'Spanish'];

export const services = {
  'primary-care': {
    name: 'Primary care',
    type: ['124', 'General Practice'],
    comment: 'Check-ups, follow-up visits and new concerns for adults.',
  },
  diabetes: {
    name: 'Diabetes and endocrinology',
    type: ['169', 'Endocrinology'],
    comment: 'Diabetes, thyroid and other hormone conditions.',
  },
  cardiology: { name: 'Cardiology', type: ['165', 'Cardiology'], comment: 'Heart and blood pressure.' },
  pediatrics: {
    name: 'Children and teenagers',
    type: ['200', 'Paediatric Medicine'],
    comment: 'Well-child visits, vaccines and sick visits up to 18 years.',
  },
  'womens-health': {
    name: "Women's health",
    type: ['186', 'Obstetrics & Gynaecology'],
    comment: 'Pregnancy care and gynecology.',
  },
  'nurse-visits': {
    name: 'Nurse visits',
    type: ['59', 'Nursing'],
    comment: 'Blood pressure checks, vaccines and blood draws.',
  },
  rheumatology: {
    name: 'Rheumatology',
    type: ['182', 'Rheumatology'],
    comment: 'Joints and inflammatory conditions.',
  },
  nutrition: {
    name: 'Nutrition',
    type: ['60', 'Nutrition'],
    comment: 'Eating well with diabetes, kidney disease and other conditions.',
  },
} as const satisfies Record<string, { name: string; type: Code; comment: string }>;

export type ServiceKey = keyof typeof services;

export const clinicians = {
  'amara-osei': {
    given: 'Amara',
    family: 'Osei',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'female',
    specialty: ['207Q00000X', 'Family Medicine'],
    title: 'Family medicine',
    languages: [ENGLISH],
    service: 'primary-care',
    visitMinutes: 20,
  },
  'elena-ruiz': {
    given: 'Elena',
    family: 'Ruiz',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'female',
    specialty: ['207R00000X', 'Internal Medicine'],
    title: 'Internal medicine',
    languages: [ENGLISH, SPANISH],
    service: 'primary-care',
    visitMinutes: 20,
  },
  'nikhil-patel': {
    given: 'Nikhil',
    family: 'Patel',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'male',
    specialty: ['207RE0101X', 'Endocrinology, Diabetes & Metabolism'],
    title: 'Diabetes and endocrinology',
    languages: [ENGLISH],
    service: 'diabetes',
    visitMinutes: 30,
  },
  'karin-lindqvist': {
    given: 'Karin',
    family: 'Lindqvist',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'female',
    specialty: ['207RC0000X', 'Cardiovascular Disease'],
    title: 'Cardiology',
    languages: [ENGLISH],
    service: 'cardiology',
    visitMinutes: 30,
  },
  'claire-moreau': {
    given: 'Claire',
    family: 'Moreau',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'female',
    specialty: ['208000000X', 'Pediatrics'],
    title: 'Pediatrics',
    languages: [ENGLISH],
    service: 'pediatrics',
    visitMinutes: 20,
  },
  'samir-haddad': {
    given: 'Samir',
    family: 'Haddad',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'male',
    specialty: ['207V00000X', 'Obstetrics & Gynecology'],
    title: "Women's health",
    languages: [ENGLISH],
    service: 'womens-health',
    visitMinutes: 30,
  },
  'fiona-walsh': {
    given: 'Fiona',
    family: 'Walsh',
    suffix: 'NP',
    gender: 'female',
    specialty: ['363L00000X', 'Nurse Practitioner'],
    title: 'Nurse practitioner',
    languages: [ENGLISH],
    service: 'primary-care',
    visitMinutes: 20,
  },
  'miguel-torres': {
    given: 'Miguel',
    family: 'Torres',
    suffix: 'RN',
    gender: 'male',
    specialty: ['163W00000X', 'Registered Nurse'],
    title: 'Care team nurse',
    languages: [ENGLISH, SPANISH],
    service: 'nurse-visits',
    visitMinutes: 20,
  },
  'hana-ito': {
    given: 'Hana',
    family: 'Ito',
    suffix: 'PharmD',
    gender: 'female',
    specialty: ['183500000X', 'Pharmacist'],
    title: 'Clinic pharmacist',
    languages: [ENGLISH],
  },
  'petra-novak': {
    given: 'Petra',
    family: 'Novak',
    suffix: 'RD',
    gender: 'female',
    specialty: ['133V00000X', 'Dietitian, Registered'],
    title: 'Dietitian',
    languages: [ENGLISH],
    service: 'nutrition',
    visitMinutes: 30,
  },
  'marco-silva': {
    given: 'Marco',
    family: 'Silva',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'male',
    specialty: ['2085R0202X', 'Diagnostic Radiology'],
    title: 'Radiology',
    languages: [ENGLISH],
  },
  'ingrid-brandt': {
    given: 'Ingrid',
    family: 'Brandt',
    prefix: 'Dr.',
    suffix: 'MD',
    gender: 'female',
    specialty: ['207RR0500X', 'Rheumatology'],
    title: 'Rheumatology',
    languages: [ENGLISH],
    service: 'rheumatology',
    visitMinutes: 30,
  },
} as const satisfies Record<string, Clinician>;

export type ClinicianId = keyof typeof clinicians;

export function clinician(id: ClinicianId): Clinician {
  return clinicians[id];
}

/** "Dr. Amara Osei" or "Fiona Walsh, NP". */
export function displayName(id: ClinicianId): string {
  const { prefix, given, family, suffix } = clinician(id);
  return prefix === undefined ? `${given} ${family}, ${suffix}` : `${prefix} ${given} ${family}`;
}
