/**
 * A table of readings as apps and devices export it: separated by commas, semicolons or tabs, heads in English or Spanish, decimals with a point or a comma. Read
 * in the browser and nowhere else. What a line does not say so that it can be understood is told by its number, not guessed.
 */
import Papa from 'papaparse';
import { deviceDay } from '../../format/device-day.ts';
import { t } from '../../i18n/text.ts';
import { problemsOf } from './check.ts';
import { type Column, columnsOf, type Field, isKind, plain, unitIn } from './csv-heads.ts';
import { FileProblem, type Found, type LineProblem, MOST_ROWS } from './file.ts';
import { numberOf } from './form.ts';
import { KINDS, type KindName, type Meal } from './kinds.ts';
import type { Reading } from './reading.ts';

export const MOST_BYTES = 10_000_000;
/** Between two of them the page may draw. */
const SLICE = 500;
/** Above the heads some apps write who and when. */
const MOST_TITLES = 10;

export type DateOrder = 'ymd' | 'dmy' | 'mdy';
export type Units = Partial<Record<KindName, string>>;

interface Row {
  /** As an editor counts them, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly columns: readonly Column[];
  /** Heads of what is not taken. */
  readonly leftOut: readonly string[];
  readonly rows: readonly Row[];
  /** In which order day, month and year can stand; more than one: the dates fit each of them. */
  readonly orders: readonly DateOrder[];
  /** A line whose date can be read in more than one way. */
  readonly example: string | undefined;
  /** Kinds whose unit is not said, each with a line that has a value. */
  readonly unitless: readonly (readonly [KindName, string])[];
}

/** Spreadsheets save in the encoding of Windows still. */
export function textOf(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Throws FileProblem: no table with a time and something that was measured, or too long. */
export function tableOf(text: string): Table {
  const { data } = Papa.parse<string[]>(text, {
    delimitersToGuess: [',', ';', '\t', '|'],
    // One more tells that there are more.
    preview: MOST_ROWS + MOST_TITLES + 1,
  });
  const lines = numbered(data);
  const at = lines.slice(0, MOST_TITLES).findIndex(({ cells }) => columnsOf(cells));
  const heads = lines[at]?.cells ?? [];
  const columns = columnsOf(heads);
  if (!columns)
    throw new FileProblem(
      t(
        'No table of readings was found in this file: a column with the date, and one with what was measured.',
      ),
    );
  const rows = lines.slice(at + 1).filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (rows.length > MOST_ROWS)
    throw new FileProblem(t('This file has more than {count} lines. Divide it.', { count: MOST_ROWS }));
  return { columns, rows, ...ordersOf(columns, rows), ...leftOpen(columns, heads, rows) };
}

/** What a cell in quotes goes over is more than one line. */
function numbered(data: readonly (readonly string[])[]): readonly Row[] {
  let line = 1;
  return data.map((cells) => {
    const row = { line, cells };
    line += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);
    return row;
  });
}

const cellOf = (columns: readonly Column[], { cells }: Row, field: Field): string =>
  cells[columns.find((each) => each.field === field)?.at ?? -1]?.trim() ?? '';

const lineText = ({ cells }: Row): string => cells.join(' · ').slice(0, 200);

/** Those by which most dates are understood. */
function ordersOf(columns: readonly Column[], rows: readonly Row[]): Pick<Table, 'orders' | 'example'> {
  const days = rows.map((row) => cellOf(columns, row, 'date'));
  const counts = (['ymd', 'dmy', 'mdy'] as const).map(
    (order) => [order, days.filter((each) => dayOf(each, order) !== undefined).length] as const,
  );
  const most = Math.max(...counts.map(([, count]) => count));
  if (most === 0) throw new FileProblem(t('The dates in this file were not understood.'));
  const orders = counts.filter(([, count]) => count === most).map(([order]) => order);
  const example = rows.find((_, i) => new Set(orders.map((order) => dayOf(days[i] ?? '', order))).size > 1);
  // All of them are the same day either way.
  return example
    ? { orders, example: lineText(example) }
    : { orders: orders.slice(0, 1), example: undefined };
}

function leftOpen(
  columns: readonly Column[],
  heads: readonly string[],
  rows: readonly Row[],
): Pick<Table, 'leftOut' | 'unitless'> {
  return {
    leftOut: heads.filter((head, at) => head.trim() !== '' && !columns.some((each) => each.at === at)),
    unitless: columns.flatMap(({ field, unit }) => {
      if (!isKind(field) || KINDS[field].units.length === 1 || unit !== undefined) return [];
      const unsaid = rows.find((row) => /^[\d.,\s]+$/.test(cellOf(columns, row, field)));
      return unsaid ? [[field, lineText(unsaid)] as const] : [];
    }),
  };
}

/** `YYYY-MM-DD`; undefined: not a day in this order. */
export function dayOf(text: string, order: DateOrder): string | undefined {
  const [, a = '', b = '', c = ''] =
    /^(\d{1,4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,4})(?!\d)/.exec(text.trim()) ?? [];
  const [said, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b];
  const year = order !== 'ymd' && said.length === 2 ? `20${said}` : said;
  if (year.length !== 4 || month.length > 2 || day.length > 2 || day === '') return undefined;
  const [m, d] = [Number(month), Number(day)];
  const last = new Date(Date.UTC(Number(year), m, 0)).getUTCDate();
  if (m < 1 || m > 12 || d < 1 || d > last) return undefined;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** `7:05 p. m.` → 19:05:00; '' where there is none; undefined: not understood. */
function clockOf(text: string): string | undefined {
  if (text.trim() === '') return '';
  const found = /(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap])?/i.exec(text);
  if (!found) return undefined;
  const [, hours = '', minutes = '', seconds = '00', half] = found;
  const hour = half ? (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : Number(hours);
  if (hour > 23 || Number(minutes) > 59) return undefined;
  return `${String(hour).padStart(2, '0')}:${minutes}:${seconds}`;
}

/** An instant by the file's own offset, else by the device's clock; a day where no time is said. */
function timeOfRow(date: string, time: string, order: DateOrder): string | undefined {
  const day = dayOf(date, order);
  if (day === undefined) return undefined;
  const words = time === '' ? date.replace(/^[\d./-]+(\s?\d+[./-])*/, '') : time;
  const clock = clockOf(words);
  if (clock === undefined) return undefined;
  if (clock === '') return day;
  const offset = /(Z|[+-]\d\d:?\d\d)$/.exec(words.trim())?.[1]?.replace(/(\d\d)(\d\d)$/, '$1:$2') ?? '';
  const instant = new Date(`${day}T${clock}${offset}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

/** `units`: of the kinds whose unit is not said. In slices, so that the page answers meanwhile. */
export async function readingsOf(
  { columns, rows }: Table,
  order: DateOrder,
  units: Units,
  now = Date.now(),
): Promise<Found> {
  const readings: Reading[] = [];
  const problems: LineProblem[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (i % SLICE === SLICE - 1) await new Promise((resolve) => setTimeout(resolve));
    const row = rows[i] as Row;
    for (const each of ofRow(columns, row, order, units)) {
      const why = typeof each === 'string' ? each : Object.values(problemsOf(each, now))[0];
      if (why !== undefined) problems.push({ line: row.line, why });
      else if (typeof each !== 'string') readings.push(each);
    }
  }
  return { readings, problems };
}

/** What a line says; in words what is not understood. */
function ofRow(
  columns: readonly Column[],
  row: Row,
  order: DateOrder,
  units: Units,
): readonly (Reading | string)[] {
  const cell = (field: Field): string => cellOf(columns, row, field);
  const at = timeOfRow(cell('date'), cell('time'), order);
  if (at === undefined) return [t('The date or the time was not understood.')];
  const hasPressure = cell('blood-pressure') !== '';
  const found = columns.flatMap((column) => {
    const { field } = column;
    // A pulse that was counted with a pressure goes with it.
    if (!isKind(field) || cell(field) === '' || (field === 'pulse' && hasPressure)) return [];
    return [ofCell(column, field, cell, at, units)];
  });
  return found.length > 0 ? found : [t('There is no value.')];
}

function ofCell(
  { head, unit }: Column,
  kind: KindName,
  cell: (field: Field) => string,
  at: string,
  units: Units,
): Reading | string {
  const { isOfDay, units: known } = KINDS[kind];
  const [own = '', other] = kind === 'blood-pressure' ? cell(kind).split('/') : [cell(kind)];
  const value = amountOf(own, isOfDay);
  const said = unitIn(own, kind);
  // A unit that these pages do not know is not taken for another.
  const isStrange = known.length > 1 && said === undefined && /\p{L}/u.test(own);
  if (Number.isNaN(value) || isStrange) return t('“{value}” was not understood.', { value: own.trim() });
  const device = cell('device') || undefined;
  const common = { kind, value, unit: said ?? unit ?? units[kind] ?? known[0].code, device };
  if (isOfDay) return { ...common, at: localDay(at) };
  if (kind === 'glucose') return { ...common, at, meal: mealOf(cell('meal') || head) };
  if (kind !== 'blood-pressure') return { ...common, at };
  const lower = amountOf(other ?? cell('lower'));
  if (Number.isNaN(lower)) return t('The lower number is missing.');
  const pulse = cell('pulse') === '' ? undefined : amountOf(cell('pulse'));
  if (Number.isNaN(pulse)) return t('“{value}” was not understood.', { value: cell('pulse') });
  return { ...common, at, lower, arm: armOf(cell('arm')), ...(pulse === undefined ? {} : { pulse }) };
}

/** Units as they stand behind a value; any other letter may be a mistyped digit. */
const BEHIND =
  /\s*(mm ?hg|bpm|(beats|lat|latidos)?\/?min|mg\/?dl|mmol\/?l?|kgs?|kilos?|lbs?|pounds?|libras?|%|[°º]?\s?[cf]|steps|pasos)\.?$/i;

/** Without the unit behind it. NaN: no number. */
function amountOf(text: string, isWhole = false): number {
  const written = text.trim().replace(BEHIND, '');
  const isGrouped = /^\d{1,3}([.,\s]\d{3})*$/.test(written);
  // "8000.0" steps are not eighty thousand.
  return isWhole && !isGrouped ? Math.round(numberOf(written)) : numberOf(written, isWhole);
}

const localDay = (at: string): string => (at.length === 10 ? at : deviceDay(new Date(at)));

function mealOf(text: string): Meal | undefined {
  const words = plain(text);
  if (/fasting|ayunas/.test(words)) return 'fasting';
  if (/\b(before|antes|pre)/.test(words)) return 'before';
  return /\b(after|despues|post)/.test(words) ? 'after' : undefined;
}

function armOf(text: string): string {
  const words = plain(text);
  if (/^(left|izq)/.test(words)) return '368208006';
  return /^(right|der)/.test(words) ? '368209003' : '';
}
