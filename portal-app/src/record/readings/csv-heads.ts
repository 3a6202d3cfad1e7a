/** What the columns of a table of readings hold, by their heads in English or Spanish. */
import { KINDS, type KindName } from './kinds.ts';

export type Field = KindName | 'lower' | 'date' | 'time' | 'meal' | 'arm' | 'device';

export interface Column {
  readonly at: number;
  /** As it stands in the file. */
  readonly head: string;
  readonly field: Field;
  /** UCUM, where the head says it. */
  readonly unit: string | undefined;
}

/** What was not measured, or is no single measurement. */
const OTHERS =
  /\b(average|avg|mean|media|promedio|target|goal|objetivo|meta|notes?|notas?|comments?|comentarios?|birth|nacimiento|change|cambio|pulse pressure|presion de pulso|respiratory|respiratoria)\b/;

/** The first that fits counts: "diastolic blood pressure" is the lower number, "fasting glucose" is glucose. */
const FIELDS: readonly (readonly [Field, RegExp])[] = [
  ['date', /^(date|fecha|timestamp|datetime)\b/],
  ['lower', /\b(diastolic|diastolica|lower|baja|minima)\b|^dia\b/],
  [
    'blood-pressure',
    /\b(systolic|sistolica|sys|sis|upper|alta|maxima|blood pressure|presion|tension|bp|ta)\b/,
  ],
  ['glucose', /\b(glucose|glucosa|sugar|azucar|glucemia|bg|sgv)\b/],
  ['meal', /\b(meal|comida|ayunas|fasting)\b/],
  ['weight', /\b(weight|peso)\b/],
  ['oxygen', /\b(oxygen|oxigeno|spo2|saturation|saturacion)\b/],
  ['temperature', /\b(temperature|temperatura|temp)\b/],
  ['steps', /\b(steps?|pasos)\b/],
  ['pulse', /\b(pulse|pulso|heart rate|frecuencia cardiaca|pulsaciones|hr|fc)\b|^bpm$/],
  ['arm', /\b(arm|brazo)\b/],
  ['device', /\b(device|aparato|dispositivo|source|fuente)\b/],
  ['date', /\b(date|fecha|datetime|timestamp|day|measured|medido)\b/],
  ['time', /\b(time|hora)\b/],
];

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/mmol/, 'mmol/L'],
  [/mg\/?dl/, 'mg/dL'],
  [/\bkgs?\b|kilo/, 'kg'],
  [/\blbs?\b|pound|libra/, '[lb_av]'],
  [/\bf\b|fahrenheit/, '[degF]'],
  [/\bc\b|celsius/, 'Cel'],
];

/** In small letters, without accents; "día" is a day, "DIA" the lower number on a device. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('día', 'day')
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .replaceAll(/[_-]/g, ' ')
    .trim();

export const isKind = (field: Field): field is KindName => Object.hasOwn(KINDS, field);

/** The UCUM code that words name, of those of a kind; undefined: none, or more than one. */
export function unitIn(words: string, kind: Field): string | undefined {
  if (!isKind(kind)) return undefined;
  const known = KINDS[kind].units.map(({ code }) => code);
  const said = UNITS.filter(([pattern, code]) => known.includes(code) && pattern.test(plain(words)));
  return said.length === 1 ? said[0]?.[1] : undefined;
}

/** undefined: no heads of a table with a time and something that was measured. */
export function columnsOf(heads: readonly string[]): readonly Column[] | undefined {
  const all = heads.flatMap((head, at): Column[] => {
    const words = plain(head);
    const field = OTHERS.test(words) ? undefined : FIELDS.find(([, pattern]) => pattern.test(words))?.[0];
    return field === undefined ? [] : [{ at, head: head.trim(), field, unit: unitIn(head, field) }];
  });
  // The first of a name counts; which ones are not taken is said.
  const found = all.filter((each, i) => all.findIndex(({ field }) => field === each.field) === i);
  const columns = withDate(found);
  const isTable = columns.some(({ field }) => field === 'date') && columns.some(({ field }) => isKind(field));
  return isTable ? columns : undefined;
}

/** "Time" alone, or "dia" written without its accent, is the date where no other is. */
function withDate(columns: readonly Column[]): readonly Column[] {
  if (columns.some(({ field }) => field === 'date')) return columns;
  const hasUpper = columns.some(({ field }) => field === 'blood-pressure');
  const date = columns.find(({ field }) => field === 'time' || (field === 'lower' && !hasUpper));
  return columns.map((each) => (each === date ? { ...each, field: 'date' } : each));
}
