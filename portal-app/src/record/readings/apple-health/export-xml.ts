/**
 * What the Health app's export says, record by record, as it streams by: `Record`, with its `MetadataEntry`, and `Correlation` of a blood pressure with the two records in it
 * (which stand in the file a second time by themselves, as the document type in it says). Nothing that the file refers to is fetched and no entity of its own is known.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { t } from '../../../i18n/text.ts';
import { FileProblem } from '../file.ts';

export interface ExportFile {
  /** Bytes; as the archive says it, where it is packed. */
  readonly size: number;
  /** From its beginning. */
  open(): ReadableStream<Uint8Array>;
}

/** As it stands in the file. */
export interface HealthRecord {
  /** As an editor counts them, from 1. */
  readonly line: number;
  /** `HKQuantityTypeIdentifier…`; of both numbers of a blood pressure: that of the correlation. */
  readonly type: string;
  readonly value: string;
  /** The lower number of a blood pressure. */
  readonly lower?: string;
  readonly unit: string;
  /** `2026-11-01 07:05:12 -0500`. */
  readonly start: string;
  readonly source: string;
  /** Of blood sugar. */
  readonly meal?: string;
}

export const PRESSURE = 'HKCorrelationTypeIdentifierBloodPressure';
const UPPER = 'HKQuantityTypeIdentifierBloodPressureSystolic';
const LOWER = 'HKQuantityTypeIdentifierBloodPressureDiastolic';
const MEAL = 'HKBloodGlucoseMealTime';

/** The export is five deep. */
const MOST_DEPTH = 32;
/** Characters without a tag; what describes the document is some ten thousand. */
const MOST_BETWEEN = 1_000_000;
/** After so long the page may draw. */
const SLICE_MS = 50;

export interface Heard {
  onRecord(record: HealthRecord): void;
  /** How many bytes were read. */
  onRead(bytes: number): void;
  readonly signal: AbortSignal;
}

/** The day of the export, which is not over yet; undefined: it does not say. Throws FileProblem: no export, not well-formed, cut off; and the signal's reason. */
export async function hearExport(
  stream: ReadableStream<Uint8Array>,
  { onRecord, onRead, signal }: Heard,
): Promise<string | undefined> {
  const parser = new SaxesParser();
  const heard = listenTo(parser, onRecord);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = stream.getReader();
  let bytes = 0;
  let drawn = performance.now();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      const text = readable(() => decoder.decode(value, { stream: !done }));
      heard.since += text.length;
      parser.write(text);
      if (heard.since > MOST_BETWEEN) throw unreadable();
      if (done) break;
      bytes += value.length;
      onRead(bytes);
      if (performance.now() - drawn < SLICE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      drawn = performance.now();
    }
    parser.close();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return heard.exportedOn;
}

const unreadable = (): FileProblem => new FileProblem(t('This file could not be read.'));

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw unreadable();
  }
}

type Attributes = SaxesTagPlain['attributes'];

interface Open {
  readonly line: number;
  readonly attributes: Attributes;
  upper?: Attributes;
  lower?: Attributes;
  meal?: string;
}

/** `since`: characters since the last part of the file that had a tag. Both are kept up to date as the parser goes on. */
function listenTo(parser: SaxesParser, onRecord: (record: HealthRecord) => void) {
  const heard: { since: number; exportedOn: string | undefined } = { since: 0, exportedOn: undefined };
  let depth = 0;
  let record: Open | undefined;
  let correlation: Open | undefined;
  parser.on('error', () => {
    throw unreadable();
  });
  parser.on('opentag', ({ name, attributes }) => {
    heard.since = 0;
    depth += 1;
    if (depth === 1 && name !== 'HealthData')
      throw new FileProblem(t('In this file there is no export of Apple’s Health app.'));
    if (depth > MOST_DEPTH) throw unreadable();
    if (name === 'ExportDate') heard.exportedOn = attributes.value?.slice(0, 10);
    else if (name === 'Correlation') correlation = { line: parser.line, attributes };
    else if (name === 'Record') record = { line: parser.line, attributes };
    else if (name === 'MetadataEntry' && record && attributes.key === MEAL)
      record.meal = attributes.value ?? '';
  });
  parser.on('closetag', ({ name }) => {
    heard.since = 0;
    depth -= 1;
    if (name === 'Record' && record) {
      if (!correlation) onRecord(recordOf(record));
      else if (record.attributes.type === UPPER) correlation.upper = record.attributes;
      else if (record.attributes.type === LOWER) correlation.lower = record.attributes;
      record = undefined;
    }
    if (name !== 'Correlation' || !correlation) return;
    if (correlation.attributes.type === PRESSURE) onRecord(pressureOf(correlation));
    correlation = undefined;
  });
  return heard;
}

function recordOf({ line, attributes, meal }: Open): HealthRecord {
  const { type = '', value = '', unit = '', startDate: start = '', sourceName: source = '' } = attributes;
  return { line, type, value, unit, start, source, ...(meal === undefined ? {} : { meal }) };
}

function pressureOf({ line, attributes, upper, lower }: Open): HealthRecord {
  const { value = '', unit = '' } = upper ?? {};
  // Two units in one pair are none.
  const same = upper?.unit === lower?.unit ? unit : '';
  return { ...recordOf({ line, attributes }), value, lower: lower?.value ?? '', unit: same };
}
