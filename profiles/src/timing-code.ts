/**
 * Latin on prescriptions (http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation), as what it says: a code is a complete statement, beside which only bounds may stand
 * (https://hl7.org/fhir/R4/datatypes.html#Timing).
 */
import type { Timing, TimingRepeat } from '@medplum/fhirtypes';
import { lookUp } from './table.ts';

const daily = (frequency: number): TimingRepeat => ({ frequency, period: 1, periodUnit: 'd' });
const every = (period: number, periodUnit: 'h' | 'd' | 'wk' | 'mo'): TimingRepeat => ({ period, periodUnit });

const CODES: Readonly<Record<string, TimingRepeat>> = {
  QD: daily(1),
  BID: daily(2),
  TID: daily(3),
  QID: daily(4),
  QOD: every(2, 'd'),
  WK: every(1, 'wk'),
  MO: every(1, 'mo'),
  AM: { when: ['MORN'] },
  PM: { when: ['AFT'] },
  BED: { when: ['HS'] },
  HS: { when: ['HS'] },
};

const abbreviated = (text = ''): string => text.toUpperCase().replaceAll('.', '').trim();

function meant(abbreviation: string): TimingRepeat | undefined {
  const [, hours] = /^Q(\d{1,2})H$/.exec(abbreviation) ?? [];
  return hours ? every(Number(hours), 'h') : lookUp(CODES, abbreviation);
}

/** With what the code says, where that is no more than its abbreviation; somebody's own words stand by themselves. */
export function repeatOf({ code, repeat }: Timing = {}): TimingRepeat | undefined {
  const said = code?.coding?.map((each) => abbreviated(each.code)).find(meant) ?? abbreviated(code?.text);
  const coded = code?.text && abbreviated(code.text) !== said ? undefined : meant(said);
  return coded ? { ...coded, ...repeat } : repeat;
}

/** How often, or when: else its code does. */
export const saysWhen = ({ period, when, dayOfWeek, timeOfDay }: TimingRepeat = {}): boolean =>
  period !== undefined || [when, dayOfWeek, timeOfDay].some((each) => each?.length);
