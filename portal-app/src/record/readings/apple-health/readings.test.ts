import { TextReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileProblem, type Found, MOST_ROWS } from '../file.ts';
import type { Reading } from '../reading.ts';
import { exportIn, formatOf } from './export-file.ts';
import { hearExport } from './export-xml.ts';
import { Collector, type Wanted } from './readings.ts';

const NOW = Date.parse('2026-11-26T09:00:00Z');
const ALL: Wanted = { since: '', every: true };
const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!-- Note: Any Records that appear as children of a correlation also appear as top-level records in this document. -->
]>
<HealthData locale="en_US">
 <ExportDate value="2026-11-26 08:00:00 -0500"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1980-02-03"/>
`;
const whole = (...records: readonly string[]): string => `${HEAD}${records.join('\n')}\n</HealthData>\n`;

function record(
  type: string,
  value: unknown,
  unit: string,
  start: string,
  { source = 'Watch', inside = '' } = {},
) {
  const begin = `<Record type="HKQuantityTypeIdentifier${type}" sourceName="${source}" sourceVersion="11.1" unit="${unit}" creationDate="${start}" startDate="${start}" endDate="${start}" value="${value}"`;
  return inside === '' ? `${begin}/>` : `${begin}>${inside}</Record>`;
}

const pressure = (upper: string, lower: string, start: string): string =>
  `<Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff &amp; Co" startDate="${start}" endDate="${start}">
  <MetadataEntry key="HKWasUserEntered" value="1"/>
  ${upper}
  ${lower}
 </Correlation>`;

const heard = async (stream: ReadableStream<Uint8Array>, wanted: Wanted): Promise<Found> => {
  const collector = new Collector(wanted, NOW);
  const exportedOn = await hearExport(stream, {
    onRecord: (each) => collector.take(each),
    onRead: () => undefined,
    signal: new AbortController().signal,
  });
  return collector.found(exportedOn ?? '2026-11-26');
};
const read = (text: string, wanted = ALL): Promise<Found> => heard(new Blob([text]).stream(), wanted);
const said = ({ kind, value, lower, unit, at }: Reading): string =>
  [kind, lower === undefined ? value : `${value}/${lower}`, unit, at].join(' ');

describe('an export of Apple’s Health app', () => {
  it('gives the seven kinds in the units of the record, each at its own time, and a pair of a blood pressure once', async () => {
    const [upper, lower] = [
      record('BloodPressureSystolic', 128, 'mmHg', '2026-11-01 07:05:12 -0500'),
      record('BloodPressureDiastolic', 82, 'mmHg', '2026-11-01 07:05:12 -0500'),
    ];
    const { readings, problems } = await read(
      whole(
        upper,
        lower,
        record('HeartRate', 61.4, 'count/min', '2026-11-01 06:00:00 -0500'),
        record('BodyMass', 154.999_9, 'lb', '2026-11-02 07:00:00 +0100'),
        record('BodyMass', 11, 'st', '2026-11-03 07:00:00 +0100'),
        record('BloodGlucose', 5.55, 'mmol&lt;180.1558800000541&gt;/L', '2026-11-01 08:00:00 -0500', {
          inside: '<MetadataEntry key="HKBloodGlucoseMealTime" value="2"/>',
        }),
        record('OxygenSaturation', 0.97, '%', '2026-11-01 09:00:00 -0500'),
        record('BodyTemperature', 98.6, 'degF', '2026-11-01 10:00:00 -0500'),
        record('StepCount', 900, 'count', '2026-11-01 10:00:00 -0500'),
        record('FlightsClimbed', 2, 'count', '2026-11-01 10:00:00 -0500'),
        pressure(upper, lower, '2026-11-01 07:05:12 -0500'),
      ),
    );
    expect(problems).toEqual([]);
    expect(readings.map(said)).toEqual([
      'pulse 61.4 /min 2026-11-01T11:00:00.000Z',
      'weight 155 [lb_av] 2026-11-02T06:00:00.000Z',
      'weight 154 [lb_av] 2026-11-03T06:00:00.000Z',
      'glucose 5.6 mmol/L 2026-11-01T13:00:00.000Z',
      'oxygen 97 % 2026-11-01T14:00:00.000Z',
      'temperature 98.6 [degF] 2026-11-01T15:00:00.000Z',
      'blood-pressure 128/82 mm[Hg] 2026-11-01T12:05:12.000Z',
      'steps 900 {steps} 2026-11-01',
    ]);
    expect(readings[3]).toMatchObject({ meal: 'after', device: 'Watch' });
    expect(readings[6]).toMatchObject({ device: 'Cuff & Co' });
  });

  it('is read from the day on that was chosen; of what is measured all day the middle value, of no day that is not over', async () => {
    const beats = [50, 90, 61, 200, 55].map((value, i) =>
      record('HeartRate', value, 'count/min', `2026-11-20 1${i}:00:00 -0500`),
    );
    const { readings } = await read(
      whole(
        ...beats,
        record('HeartRate', 70, 'count/min', '2026-11-19 23:59:59 -0500'),
        record('HeartRate', 71, 'count/min', '2026-11-26 07:00:00 -0500'),
        record('BodyMass', 70, 'kg', '2026-11-26 03:00:00 -0500'),
        record('StepCount', 4000, 'count', '2026-11-26 07:00:00 -0500'),
      ),
      { since: '2026-11-20', every: false },
    );
    expect(readings.map(said)).toEqual([
      'weight 70 kg 2026-11-26T08:00:00.000Z',
      'pulse 61 /min 2026-11-20T17:00:00.000Z',
    ]);
  });

  it('counts steps by day, and not those twice that a phone and a watch both counted', async () => {
    const steps = (value: number, day: string, source: string): string =>
      record('StepCount', value, 'count', `2026-11-${day} 12:00:00 +0100`, { source });
    const { readings } = await read(
      whole(
        steps(3000, '10', 'Phone'),
        steps(2500, '10', 'Watch'),
        steps(2600, '10', 'Watch'),
        steps(10, '11', 'Phone'),
      ),
    );
    expect(readings.map(({ at, value, device }) => [at, value, device])).toEqual([
      ['2026-11-10', 5100, 'Watch'],
      ['2026-11-11', 10, 'Phone'],
    ]);
  });

  it('tells by its line what is not understood', async () => {
    const lines = HEAD.split('\n').length;
    const { readings, problems } = await read(
      whole(
        record('BodyMass', 'seventy', 'kg', '2026-11-20 07:00:00 -0500'),
        record('BodyMass', 70, 'stone', '2026-11-20 07:00:00 -0500'),
        record('BodyMass', 70, 'kg', 'yesterday'),
        record('OxygenSaturation', 1.2, '%', '2026-11-20 07:00:00 -0500'),
        record('BodyMass', 70, 'kg', '2027-11-20 07:00:00 -0500'),
        pressure(record('BloodPressureSystolic', 128, 'mmHg', 'x'), '', '2026-11-20 07:00:00 -0500'),
      ),
    );
    expect(readings).toEqual([]);
    expect(problems.map(({ line }) => line - lines)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('with more values than are taken at once says so', async () => {
    const many = Array.from({ length: MOST_ROWS + 1 }, (_, i) =>
      record('HeartRate', 60, 'count/min', `2020-01-01 00:00:${String(i % 60).padStart(2, '0')} +0000`),
    );
    await expect(read(whole(...many))).rejects.toThrow(/20000 values. Choose a shorter time/);
    expect((await read(whole(...many), { ...ALL, every: false })).readings.length).toBe(1);
  });

  it.each([
    ['another document', '<?xml version="1.0"?><ClinicalDocument/>'],
    ['one that is cut off', whole(record('BodyMass', 70, 'kg', '2026-11-20 07:00:00 -0500')).slice(0, -20)],
    ['an entity of its own', whole('<Record type="&boom;"/>').replace('[', '[ <!ENTITY boom "boom">')],
    [
      'entities that grow',
      whole('<Me a="&c;"/>').replace('[', '[ <!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">'),
    ],
    [
      'a file that is referred to',
      whole('<Me a="&x;"/>').replace('[', '[ <!ENTITY x SYSTEM "file:///etc/passwd">'),
    ],
    ['depth without an end', HEAD + '<a>'.repeat(100_000)],
    ['one value without an end', `${HEAD}<Record value="${'9'.repeat(3_000_000)}`],
    [
      'a description without an end',
      HEAD.replace('<HealthData', `${'<!-- x -->'.repeat(200_000)}<HealthData`),
    ],
    ['bytes that are no text', Buffer.concat([Buffer.from(HEAD), Buffer.from([0xff, 0xfe, 0x80])])],
    ['nothing', ''],
  ])('is not %s', async (_, content) => {
    await expect(heard(new Blob([content]).stream(), ALL)).rejects.toBeInstanceOf(FileProblem);
  });

  it('may hold anything in its values: it is told, and never thrown', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('kg', '70', '2026-11-20 07:00:00 -0500', 'NaN', '1e999'),
    );
    const xml = (raw: string): string =>
      [...raw].map((each) => (/[\w .:+-]/.test(each) ? each : '')).join('');
    const any = fc.tuple(fc.constantFrom('BodyMass', 'HeartRate', 'StepCount'), text, text, text);
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 5 }), fc.boolean(), async (records, every) => {
        const lines = records.map(([type, ...rest]) =>
          record(type, ...(rest.map(xml) as [string, string, string])),
        );
        const { readings } = await read(whole(...lines), { since: '', every });
        for (const { value, at } of readings)
          expect([Number.isFinite(value), Date.parse(at) > 0]).toEqual([true, true]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('its file', () => {
  const XML = whole(record('BodyMass', 70, 'kg', '2026-11-20 07:00:00 -0500'));
  const archive = async (files: Readonly<Record<string, string>>): Promise<Blob> => {
    const zip = new ZipWriter(new Uint8ArrayWriter());
    const added = Object.entries(files).map(([name, text]) => zip.add(name, new TextReader(text)));
    await Promise.all(added);
    return new Blob([await zip.close()]);
  };
  const readFile = async (file: Blob): Promise<number> => {
    const format = await formatOf(file);
    if (format === 'table') throw new Error('a table');
    return (await heard((await exportIn(file, format)).open(), ALL)).readings.length;
  };

  it('is the XML or an archive with it, whatever it is called there, beside the documents of others', async () => {
    expect(await formatOf(new Blob(['Date,Weight\n2026-11-01,70\n']))).toBe('table');
    expect(await readFile(new Blob([`\uFEFF${XML}`]))).toBe(1);
    const files = {
      'apple_health_export/export_cda.xml': '<ClinicalDocument xmlns="urn:hl7-org:v3"/>',
      'apple_health_export/exportar.xml': XML,
      'apple_health_export/workout-routes/route.gpx': '<gpx/>',
    };
    expect(await readFile(await archive(files))).toBe(1);
  });

  it('that holds no export, or is damaged, says so', async () => {
    const others = await archive({ 'photo.xml': '<photo/>', 'a.txt': 'x' });
    await expect(readFile(others)).rejects.toThrow('no export of Apple');
    const good = await archive({ 'export.xml': XML });
    await expect(readFile(good.slice(0, good.size - 30))).rejects.toBeInstanceOf(FileProblem);
  });

  it('of any size goes by as it is read: nothing is read ahead and nothing is kept of what is not wanted', async () => {
    const line = `${record('HeartRate', 61, 'count/min', '2020-01-01 07:00:00 -0500')}\n`;
    const part = new TextEncoder().encode(line.repeat(2000));
    let [given, taken] = [0, 0];
    const parts = 60;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          const at = given++;
          if (at === 0) controller.enqueue(new TextEncoder().encode(HEAD));
          else if (at <= parts) controller.enqueue(part);
          else {
            controller.enqueue(new TextEncoder().encode('</HealthData>'));
            controller.close();
          }
        },
      },
      { highWaterMark: 0 },
    );
    const collector = new Collector({ since: '2026-01-01', every: true }, NOW);
    let ahead = 0;
    await hearExport(stream, {
      onRecord: (each) => collector.take(each),
      onRead: () => {
        taken += 1;
        ahead = Math.max(ahead, given - taken);
      },
      signal: new AbortController().signal,
    });
    expect(taken).toBe(parts + 2);
    expect(ahead).toBeLessThan(3);
    expect(collector.found('2026-11-26')).toEqual({ readings: [], problems: [] });
  });

  it('is no longer read when the person stops', async () => {
    const controller = new AbortController();
    let pulls = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull: (source) => {
        pulls += 1;
        source.enqueue(new TextEncoder().encode(pulls === 1 ? HEAD : ' '.repeat(1000)));
      },
    });
    const reading = hearExport(stream, {
      onRecord: () => undefined,
      onRead: () => controller.abort(),
      signal: controller.signal,
    });
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(pulls).toBeLessThan(5);
  });
});
