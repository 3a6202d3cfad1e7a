/**
 * Latin on prescriptions (http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation), as what it says: a code is a complete statement, beside which only bounds may stand
 * (https://hl7.org/fhir/R4/datatypes.html#Timing). A leaf without texts: the apps bundle it, the server's narratives say it in English.
 */

/** What a code may say of a Timing.repeat. */
interface Coded {
  readonly frequency?: number | undefined;
  readonly period?: number | undefined;
  readonly periodUnit?: 'h' | 'd' | 'wk' | 'mo' | undefined;
  readonly when?: ('MORN' | 'AFT' | 'HS')[] | undefined;
}

/** What is read of a Timing; it has more. */
interface Timing<R> {
  readonly code?: {
    readonly text?: string | undefined;
    readonly coding?: readonly { readonly code?: string | undefined }[] | undefined;
  };
  readonly repeat?: R | undefined;
}

const daily = (frequency: number): Coded => ({ frequency, period: 1, periodUnit: 'd' });
const every = (period: number, periodUnit: 'h' | 'd' | 'wk' | 'mo'): Coded => ({ period, periodUnit });

const CODES: ReadonlyMap<string, Coded> = new Map(
  Object.entries({
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
  }),
);

const abbreviated = (text = ''): string => text.toUpperCase().replaceAll('.', '').trim();

function meant(abbreviation: string): Coded | undefined {
  const [, hours] = /^Q(\d{1,2})H$/.exec(abbreviation) ?? [];
  return hours ? every(Number(hours), 'h') : CODES.get(abbreviation);
}

/** With what the code says, where that is no more than its abbreviation; somebody's own words stand by themselves. */
export function repeatOf<R extends object>({ code, repeat }: Timing<R> = {}): R | undefined {
  const said = code?.coding?.map((each) => abbreviated(each.code)).find(meant) ?? abbreviated(code?.text);
  const coded = code?.text && abbreviated(code.text) !== said ? undefined : meant(said);
  return coded ? ({ ...coded, ...repeat } as R) : repeat;
}

interface Said {
  readonly period?: number | undefined;
  readonly when?: readonly string[] | undefined;
  readonly dayOfWeek?: readonly string[] | undefined;
  readonly timeOfDay?: readonly string[] | undefined;
}

/** How often, or when: else its code does. */
export const saysWhen = ({ period, when, dayOfWeek, timeOfDay }: Said = {}): boolean =>
  period !== undefined || [when, dayOfWeek, timeOfDay].some((each) => each?.length);
