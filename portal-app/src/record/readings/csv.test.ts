import { describe, expect, it } from 'vitest';
import { type DateOrder, dayOf, readingsOf, tableOf, textOf, type Units } from './csv.ts';
import { type Found, MOST_ROWS } from './file.ts';
import type { Reading } from './reading.ts';

const NOW = Date.parse('2026-11-26T09:00:00Z');
const read = (text: string, units: Units = {}, order?: DateOrder): Promise<Found> => {
  const table = tableOf(text);
  return readingsOf(table, order ?? (table.orders[0] as DateOrder), units, NOW);
};
const local = (text: string): string => new Date(text).toISOString();
const said = ({ kind, value, lower, unit }: Reading): string =>
  `${kind} ${value}${lower === undefined ? '' : `/${lower}`} ${unit}`;

describe('a CSV file of readings', () => {
  it.each([',', ';', '\t'])('is read whatever separates its columns: %j', async (mark) => {
    const text = [
      ['Date', 'Time', 'Systolic (mmHg)', 'Diastolic (mmHg)', 'Pulse (bpm)', 'Arm'],
      ['2026-11-01', '7:05 pm', '128', '82', '66', 'left'],
      ['2026-11-02', '07:30', '131', '84', '', ''],
    ]
      .map((cells) => cells.join(mark))
      .join('\r\n');
    const { readings, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(readings).toMatchObject([
      {
        kind: 'blood-pressure',
        value: 128,
        lower: 82,
        pulse: 66,
        arm: '368208006',
        at: local('2026-11-01T19:05'),
      },
      { value: 131, lower: 84, arm: '', at: local('2026-11-02T07:30') },
    ]);
    expect(readings[1]).not.toHaveProperty('pulse');
  });

  it('has heads in Spanish, a decimal comma, and the encoding of an old spreadsheet', async () => {
    const words =
      'Día;Hora;Presión sistólica;Presión diastólica;Peso (kg);Glucosa en ayunas (mmol/L)\n31/10/2026;6:40 a. m.;121;79;71,4;5,6\n';
    const { readings, problems } = await read(textOf(Buffer.from(words, 'latin1')));
    expect(problems).toEqual([]);
    expect(readings.map(said)).toEqual([
      'blood-pressure 121/79 mm[Hg]',
      'weight 71.4 kg',
      'glucose 5.6 mmol/L',
    ]);
    expect(readings[2]).toMatchObject({ meal: 'fasting', at: local('2026-10-31T06:40') });
  });

  it('has both numbers in one cell, titles above its heads, and a cell of several lines', async () => {
    const { readings, problems } = await read(
      'My blood pressure\n\nDate,Note,Blood pressure\n2026-11-01 08:00,"after\nlunch",128/82\n2026-11-02 08:00,,none\n',
    );
    expect(readings.map(said)).toEqual(['blood-pressure 128/82 mm[Hg]']);
    expect(problems).toEqual([{ line: 6, why: '“none” was not understood.' }]);
  });

  it('whose dates can be read in two ways is asked about, with a line of it; one that settles it is enough', async () => {
    const open = tableOf('Date,Weight (kg)\n05/05/2026,70\n03/04/2026,71\n');
    expect(open.orders).toEqual(['dmy', 'mdy']);
    expect(open.example).toBe('03/04/2026 · 71');
    for (const [order, day] of [
      ['dmy', '2026-04-03'],
      ['mdy', '2026-03-04'],
    ] as const)
      expect((await readingsOf(open, order, {}, NOW)).readings[1]?.at).toBe(day);
    expect(tableOf('Date,Weight (kg)\n03/04/2026,71\n03/25/26,71\n')).toMatchObject({
      orders: ['mdy'],
      example: undefined,
    });
    expect(tableOf('Date,Weight (kg)\n05/05/2026,70\n').example).toBeUndefined();
    expect(dayOf('31/02/2026', 'dmy')).toBeUndefined();
  });

  it('that does not say a unit is asked about; what a cell says counts, and a foreign unit is not taken', async () => {
    const text =
      'Date,Weight,Glucose,Temp\n2026-11-01,154,101,98.6 °F\n2026-11-02,70 kg,5.6 mmol/L,\n2026-11-03,11 st,,\n';
    expect(tableOf(text).unitless.map(([kind]) => kind)).toEqual(['weight', 'glucose']);
    const { readings, problems } = await read(text, { weight: '[lb_av]', glucose: 'mg/dL' });
    expect(readings.map(said)).toEqual([
      'weight 154 [lb_av]',
      'glucose 101 mg/dL',
      'temperature 98.6 [degF]',
      'weight 70 kg',
      'glucose 5.6 mmol/L',
    ]);
    expect(problems).toEqual([{ line: 4, why: '“11 st” was not understood.' }]);
  });

  it('is not guessed at: swapped numbers, no number, no date, a day to come are told by their lines', async () => {
    const { readings, problems } = await read(
      'Date,SYS,DIA\n2026-11-01,82,128\n2026-11-02,12O,80\nyesterday,120,80\n2027-01-01,120,80\n2026-11-03,120,\n2026-11-04,,\n2026-11-05,120,80',
    );
    expect(readings.map(({ at }) => at)).toEqual(['2026-11-05']);
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(problems.map(({ why }) => why)).toEqual([
      'The first number is the higher one. Please look at the device again.',
      '“12O” was not understood.',
      'The date or the time was not understood.',
      'Please enter when it was measured, not later than now.',
      'The lower number is missing.',
      'There is no value.',
    ]);
  });

  it('counts steps by the day, whole, and names the columns that it leaves out', async () => {
    const text =
      'Date,Steps per day,Average heart rate,Respiratory rate\n2026-11-01T21:00:00,"8,214",70,14\n2026-11-02,8000.0,70,14\n';
    expect(tableOf(text).leftOut).toEqual(['Average heart rate', 'Respiratory rate']);
    const { readings } = await read(text);
    expect(readings.map(({ at, value }) => [at, value])).toEqual([
      ['2026-11-01', 8214],
      ['2026-11-02', 8000],
    ]);
  });

  it('keeps the offset that an instant is written with', async () => {
    const { readings } = await read(
      'Timestamp,SpO2\n2026-11-01T07:00:00-0700,98 %\n2026-11-01T07:00:00Z,97\n',
    );
    expect(readings.map(({ at }) => at)).toEqual(['2026-11-01T14:00:00.000Z', '2026-11-01T07:00:00.000Z']);
  });

  it('that is no table, has no date, or is too long is refused in words', () => {
    for (const text of ['', 'a photo', 'Name,Weight\nAna,70', 'Date,Name\n2026-11-01,Ana'])
      expect(() => tableOf(text), text).toThrow('No table of readings');
    expect(() => tableOf('Date,Weight\nsoon,70')).toThrow('not understood');
    expect(() => tableOf(`Date,Weight\n${'2026-11-01,70\n'.repeat(MOST_ROWS + 1)}`)).toThrow('20000');
    expect(tableOf(`Date,Weight\n${'2026-11-01,70\n'.repeat(MOST_ROWS)}`).rows.length).toBe(MOST_ROWS);
  });
});
