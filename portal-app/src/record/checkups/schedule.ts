/**
 * What is recommended to whom, as data: facts from the published schedules that each entry names, in our own words. Ages are in months. Where a recommendation rests
 * on what a record seldom says (pack-years, pregnancy, travel, what a doctor and a person decide together), it is left out: docs/PORTAL.md, "What is not there".
 */
import { FLU } from '../../format/vaccine.ts';
import type { Text } from '../../i18n/text.ts';

interface Source {
  readonly name: Text;
  readonly url: string;
  /** When it was published: YYYY-MM or YYYY. */
  readonly date: string;
}

/** By what a record shows that it was done. Codes without their system: CVX of vaccines, else LOINC, SNOMED CT and CPT, which do not overlap here. */
interface DoneBy {
  readonly codes: readonly string[];
  /** Months until the next; absent: never again. */
  readonly every?: number;
}

export interface Rule {
  readonly id: string;
  readonly kind: 'screening' | 'vaccination';
  readonly name: Text;
  readonly source: Source;
  readonly sex?: 'female' | 'male';
  /** The age at which each of its doses is due; a screening has one. */
  readonly doses: readonly number[];
  /** Months between two doses, at least. */
  readonly apart?: number;
  /** The age at which it ends. */
  readonly until?: number;
  readonly doneBy: readonly DoneBy[];
  /** Each season anew, from September on. */
  readonly isSeasonal?: true;
  /** Nobody was told before: YYYY-MM-DD. */
  readonly recommendedSince?: string;
  /** Only where the record says so. */
  readonly only?: 'smoked' | 'overweight';
  /** Not where a health problem or an operation by such a name is on record: then the clinic decides. */
  readonly unless?: RegExp;
  /** So many doses are enough where the last was given at this age or later. */
  readonly enough?: { readonly doses: number; readonly lastFrom: number };
  /** So many doses are needed where the first was given at this age or later. */
  readonly begunLate?: { readonly from: number; readonly doses: readonly number[] };
  /** CVX codes of other vaccines: after one of these the clinic decides what completes it. */
  readonly clinicDecidesAfter?: readonly string[];
}

const years = (count: number): number => count * 12;

const uspstf = (page: string, date: string): Source => ({
  name: 'US Preventive Services Task Force',
  url: `https://www.uspreventiveservicestaskforce.org/uspstf/recommendation/${page}`,
  date,
});
const ADULTS: Source = {
  name: 'CDC adult immunization schedule',
  url: 'https://www.cdc.gov/vaccines/hcp/imz-schedules/adult-age.html',
  date: '2025',
};
const CHILDREN: Source = {
  name: 'CDC child and adolescent immunization schedule',
  url: 'https://www.cdc.gov/vaccines/hcp/imz-schedules/child-adolescent-age.html',
  date: '2025',
};

const SCREENINGS: readonly Rule[] = [
  {
    id: 'blood-pressure',
    kind: 'screening',
    name: 'Blood pressure check',
    source: uspstf('hypertension-in-adults-screening', '2021-04'),
    doses: [years(40)],
    doneBy: [{ codes: ['85354-9', '8480-6', '55284-4'], every: 12 }],
  },
  {
    id: 'colorectal',
    kind: 'screening',
    name: 'Bowel cancer screening',
    source: uspstf('colorectal-cancer-screening', '2021-05'),
    doses: [years(45)],
    until: years(76),
    recommendedSince: '2021-05-18',
    doneBy: [
      { codes: ['73761001', '446521004', '446745002', '45378', '45380', '45385', 'G0121'], every: 120 },
      { codes: ['418714002', '74263', '44441009', '45330'], every: 60 },
      { codes: ['77353-1', '77354-9', '81528'], every: 36 },
      { codes: ['29771-3', '57905-2', '27396-1', '58453-2', '80372-6', '82274'], every: 12 },
    ],
    unless:
      /(colon|rect|bowel)\w*[\s-]*(cancer|carcinoma)|cancer of (the )?(colon|rectum)|proctocolectomy|total colectomy/i,
  },
  {
    id: 'breast',
    kind: 'screening',
    name: 'Mammography',
    source: uspstf('breast-cancer-screening', '2024-04'),
    sex: 'female',
    doses: [years(40)],
    until: years(75),
    recommendedSince: '2024-04-30',
    doneBy: [
      {
        codes: [
          ...['24606-6', '24605-8', '26175-0', '26346-7', '36626-0'],
          ...['24623002', '71651007', '241055006', '77067', '77066'],
        ],
        every: 24,
      },
    ],
    unless: /breast[\s-]*(cancer|carcinoma)|(cancer|neoplasm) of (the )?breast|bilateral mastectomy/i,
  },
  {
    id: 'cervical',
    kind: 'screening',
    name: 'Cervical cancer screening',
    source: uspstf('cervical-cancer-screening', '2018-08'),
    sex: 'female',
    doses: [years(21)],
    until: years(66),
    doneBy: [
      { codes: ['21440-3', '59420-0', '77379-6', '77399-4', '82675-0', '87624'], every: 60 },
      { codes: ['10524-7', '18500-9', '19762-4', '47527-7', '171149006', '440623000', '88142'], every: 36 },
    ],
    unless: /hysterectomy|cervical cancer|(cancer|carcinoma) of (the )?cervix|\bHIV\b/i,
  },
  {
    id: 'diabetes',
    kind: 'screening',
    name: 'Blood sugar test for diabetes',
    source: uspstf('screening-for-prediabetes-and-type-2-diabetes', '2021-08'),
    doses: [years(35)],
    until: years(71),
    only: 'overweight',
    doneBy: [{ codes: ['4548-4', '17856-6', '1558-6', '76629-5', '1518-0'], every: 36 }],
    unless: /diabetes/i,
  },
  {
    id: 'hepatitis-c',
    kind: 'screening',
    name: 'Hepatitis C test, once',
    source: uspstf('hepatitis-c-screening', '2020-03'),
    doses: [years(18)],
    until: years(80),
    recommendedSince: '2020-03-02',
    doneBy: [{ codes: ['16128-1', '13955-0', '11259-9', '86803'] }],
    unless: /hepatitis C\b/i,
  },
  {
    id: 'hiv',
    kind: 'screening',
    name: 'HIV test, once',
    source: uspstf('human-immunodeficiency-virus-hiv-infection-screening', '2019-06'),
    doses: [years(15)],
    until: years(66),
    doneBy: [{ codes: ['56888-1', '75666-8', '7918-6', '29893-5', '31201-7', '68961-2', '87389'] }],
    unless: /\bHIV\b|immunodeficiency virus/i,
  },
  {
    id: 'bone-density',
    kind: 'screening',
    name: 'Bone density measurement',
    source: uspstf('osteoporosis-screening', '2025-01'),
    sex: 'female',
    doses: [years(65)],
    doneBy: [{ codes: ['38268-9', '312681000', '300004007', '77080'] }],
    unless: /osteoporosis/i,
  },
  {
    id: 'aorta',
    kind: 'screening',
    name: 'Ultrasound of the abdominal aorta, once',
    source: uspstf('abdominal-aortic-aneurysm-screening', '2019-12'),
    sex: 'male',
    doses: [years(65)],
    until: years(76),
    only: 'smoked',
    doneBy: [{ codes: ['76706', 'G0389'] }],
    unless: /aortic aneurysm/i,
  },
];

/** CVX codes of a list; vaccines against several diseases stand in each of their lists. */
const cvx = (codes: string, every?: number): DoneBy[] => [
  { codes: codes.split(' '), ...(every === undefined ? {} : { every }) },
];

const VACCINATIONS: readonly Rule[] = [
  {
    id: 'influenza',
    kind: 'vaccination',
    name: 'Flu vaccine',
    source: ADULTS,
    doses: [6],
    isSeasonal: true,
    doneBy: cvx(FLU),
  },
  {
    id: 'tetanus',
    kind: 'vaccination',
    name: 'Tetanus and diphtheria booster',
    source: ADULTS,
    doses: [years(19)],
    doneBy: cvx('9 113 115 138 139 196', 120),
  },
  {
    id: 'zoster',
    kind: 'vaccination',
    name: 'Shingles vaccine',
    source: ADULTS,
    doses: [years(50), years(50) + 2],
    apart: 2,
    recommendedSince: '2018-01-26',
    doneBy: cvx('187'),
  },
  {
    id: 'pneumococcal',
    kind: 'vaccination',
    name: 'Pneumococcal vaccine',
    source: ADULTS,
    doses: [years(50)],
    recommendedSince: '2024-10-23',
    doneBy: cvx('216 327'),
    clinicDecidesAfter: ['33', '133', '152', '215'],
  },
  {
    id: 'rsv',
    kind: 'vaccination',
    name: 'RSV vaccine',
    source: ADULTS,
    doses: [years(75)],
    recommendedSince: '2024-06-26',
    doneBy: cvx('303 304 305 314 326'),
  },
  {
    id: 'hpv',
    kind: 'vaccination',
    name: 'HPV vaccine',
    source: CHILDREN,
    doses: [years(11), years(11) + 6],
    apart: 5,
    until: years(27),
    begunLate: { from: years(15), doses: [years(15), years(15) + 1, years(15) + 6] },
    doneBy: cvx('62 118 137 165'),
  },
  {
    id: 'meningococcal',
    kind: 'vaccination',
    name: 'Meningococcal ACWY vaccine',
    source: CHILDREN,
    doses: [years(11), years(16)],
    apart: 2,
    until: years(19),
    enough: { doses: 1, lastFrom: years(16) },
    doneBy: cvx('32 108 114 136 147 203 316 328'),
  },
  {
    id: 'tdap',
    kind: 'vaccination',
    name: 'Tdap vaccine at 11',
    source: CHILDREN,
    doses: [years(11)],
    until: years(19),
    doneBy: cvx('115'),
  },
  {
    id: 'dtap',
    kind: 'vaccination',
    name: 'DTaP vaccine',
    source: CHILDREN,
    doses: [2, 4, 6, 15, years(4)],
    apart: 1,
    until: years(7),
    enough: { doses: 4, lastFrom: years(4) },
    doneBy: cvx('1 20 22 50 102 106 107 110 120 130 132 146 170'),
  },
  {
    id: 'polio',
    kind: 'vaccination',
    name: 'Polio vaccine',
    source: CHILDREN,
    doses: [2, 4, 6, years(4)],
    apart: 1,
    until: years(18),
    enough: { doses: 3, lastFrom: years(4) },
    doneBy: cvx('2 10 89 110 120 130 132 146 170'),
  },
  {
    id: 'mmr',
    kind: 'vaccination',
    name: 'Measles, mumps and rubella vaccine',
    source: CHILDREN,
    doses: [12, years(4)],
    apart: 1,
    until: years(19),
    doneBy: cvx('3 94'),
  },
  {
    id: 'varicella',
    kind: 'vaccination',
    name: 'Chickenpox vaccine',
    source: CHILDREN,
    doses: [12, years(4)],
    apart: 3,
    until: years(19),
    doneBy: cvx('21 94'),
    unless: /varicella|chickenpox/i,
  },
  {
    id: 'hepatitis-a',
    kind: 'vaccination',
    name: 'Hepatitis A vaccine',
    source: CHILDREN,
    doses: [12, 18],
    apart: 6,
    until: years(19),
    doneBy: cvx('31 52 83 84 85 104'),
  },
  {
    id: 'hepatitis-b',
    kind: 'vaccination',
    name: 'Hepatitis B vaccine',
    source: CHILDREN,
    doses: [0, 1, 6],
    apart: 1,
    until: years(19),
    doneBy: cvx('8 42 43 44 45 51 102 104 110 132 146 189 220'),
  },
];

export const SCHEDULE: readonly Rule[] = [...SCREENINGS, ...VACCINATIONS];
