/** A child's growth: the points over the published percentile lines, the same in a table, and in one sentence where the last of them stands. */
import { type ReactNode, useState } from 'react';
import { formatDate } from '../format/date.ts';
import { type Text, t } from '../i18n/text.ts';
import type { Child, Growth as GrowthOfChild, Point } from '../record/growth/growth.ts';
import {
  agesOf,
  type Chart,
  chartAt,
  type Measure,
  PERCENTILES,
  type Sex,
  SOURCES,
  valueAt,
} from '../record/growth/standard.ts';
import {
  ageText,
  inUnits,
  measuredText,
  percentileText,
  standsWords,
  type Units,
  unitName,
  zText,
} from '../record/growth/words.ts';
import { Choice } from '../ui/chips.tsx';
import { GrowthChart } from '../ui/GrowthChart.tsx';
import { EmptyState } from '../ui/parts.tsx';
import { ScrollTable } from '../ui/ScrollTable.tsx';
import styles from './growth.module.css';

const MEASURES: readonly (readonly [Measure, Text])[] = [
  ['length', 'Height'],
  ['weight', 'Weight'],
  ['bmi', 'Body mass index'],
  ['head', 'Head circumference'],
];
const VALUES: Text = '{count} values; the last, on {date}: {value}, percentile {percentile}.';
const ONE_VALUE: Text = '1 value, on {date}: {value}, percentile {percentile}.';

const CHARTS: readonly (readonly [Chart, Text])[] = [
  ['who', 'Birth to 2 years'],
  ['cdc', '2 to 20 years'],
];

interface Props {
  readonly child: Child;
  readonly growth: GrowthOfChild;
  /** As the record has them. */
  readonly first: Units;
}

export function Growth({ child, growth, first }: Props) {
  const measures = MEASURES.filter(([measure]) => growth[measure].length > 0);
  const [wanted, setMeasure] = useState<Measure>('length');
  const [units, setUnits] = useState<Units>(first);
  const [measure, name] = measures.find(([each]) => each === wanted) ?? measures[0] ?? [];
  const [chosen, setChart] = useState<Chart>();
  if (!measure || !name)
    return <EmptyState>{t('Nothing was measured yet that a growth chart is made of.')}</EmptyState>;
  const points = growth[measure];
  const charts = CHARTS.filter(([chart]) => points.some(({ months }) => chartAt(months) === chart));
  const chart = charts.find(([each]) => each === chosen)?.[0] ?? chartAt((points.at(-1) as Point).months);
  return (
    <>
      <div className={styles.choices}>
        <Choice
          legend={t('What was measured')}
          name="measure"
          of={measures}
          chosen={measure}
          onChoose={setMeasure}
        />
        {charts.length > 1 && (
          <Choice legend={t('Ages')} name="ages" of={charts} chosen={chart} onChoose={setChart} />
        )}
        {measure !== 'bmi' && (
          <Choice
            legend={t('Units')}
            name="units"
            of={[
              ['metric', 'kg, cm'],
              ['us', 'lb, in'],
            ]}
            chosen={units}
            onChoose={setUnits}
          />
        )}
      </div>
      <Latest measure={measure} sex={child.sex} units={units} point={points.at(-1) as Point} />
      <Lines measure={measure} name={t(name)} chart={chart} units={units} sex={child.sex} points={points} />
      <Table measure={measure} name={t(name)} units={units} points={points} />
      <p className="muted">
        {t(
          'Children of one age differ, and most of them are well. How a child follows its line tells more than one point. Ask the care team about what you see.',
        )}{' '}
        {t('The lines are for children born at term; an early birth is not taken into account.')}
      </p>
      <p className="muted">{t('Lines: {source}', { source: SOURCES[chart] })}</p>
    </>
  );
}

interface Shown {
  readonly measure: Measure;
  readonly units: Units;
}

function Latest({ measure, units, sex, point }: Shown & { readonly sex: Sex; readonly point: Point }) {
  return (
    <p className={styles.latest}>
      <strong>{measuredText(measure, units, point.value)}</strong>{' '}
      {t('on {date}, at {age}.', { date: formatDate(point.date), age: ageText(point.age) })}{' '}
      {standsWords(measure, sex, point)}
    </p>
  );
}

/** Between two lines of the chart nothing bends: so many steps are smooth. */
const STEPS = 48;
const YEAR = 12;

function Lines({
  measure,
  name,
  chart,
  units,
  sex,
  points,
}: Shown & {
  readonly name: string;
  readonly chart: Chart;
  readonly sex: Sex;
  readonly points: readonly Point[];
}): ReactNode {
  const shown = points.filter(({ months }) => chartAt(months) === chart);
  const last = shown.at(-1);
  const [from, end] = agesOf(chart, measure, sex);
  // Some years ahead of the child: where its line leads.
  const to =
    chart === 'who' ? end : Math.min(end, Math.ceil(((last?.months ?? end) + 3 * YEAR) / YEAR) * YEAR);
  const ages = Array.from({ length: STEPS + 1 }, (_, i) => from + ((to - from) * i) / STEPS);
  const curves = PERCENTILES[chart].map((percentile) => ({
    name: String(percentile),
    isMiddle: percentile === 50,
    spots: ages.flatMap((months) => {
      const value = valueAt(chart, measure, sex, { months, percentile });
      return value === undefined ? [] : { x: months, y: inUnits(measure, units, value) };
    }),
  }));
  const step = chart === 'who' ? 3 : (to - from) / YEAR > 9 ? 2 * YEAR : YEAR;
  const ticks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step).map(
    (x) => ({ x, label: String(chart === 'who' ? x : x / YEAR) }),
  );
  const inTime = shown.filter(({ months }) => months <= to);
  return (
    <>
      <GrowthChart
        title={t('{name} by age, over percentile lines', { name })}
        text={
          last
            ? t(shown.length === 1 ? ONE_VALUE : VALUES, {
                count: shown.length,
                date: formatDate(last.date),
                value: measuredText(measure, units, last.value),
                percentile: percentileText(last.percentile),
              })
            : ''
        }
        curves={curves}
        spots={inTime.map(({ months, value }) => ({ x: months, y: inUnits(measure, units, value) }))}
        ages={[from, to]}
        ticks={ticks}
      />
      <p className="muted">
        {t(
          chart === 'who'
            ? 'Across: months. Up: {unit}. Beside the lines: of 100 children so many are below.'
            : 'Across: years. Up: {unit}. Beside the lines: of 100 children so many are below.',
          {
            unit: unitName(measure, units),
          },
        )}
      </p>
    </>
  );
}

function Table({
  measure,
  name,
  units,
  points,
}: Shown & { readonly name: string; readonly points: readonly Point[] }) {
  return (
    <ScrollTable label={name} heads={[t('Date and age'), t('Value'), t('Percentile (z)')]}>
      {points.toReversed().map((point) => (
        <tr key={`${point.date} ${point.value}`}>
          <th scope="row">
            {formatDate(point.date)}
            <div className="muted">{ageText(point.age)}</div>
          </th>
          <td className="number">{measuredText(measure, units, point.value)}</td>
          <td className="number">
            {percentileText(point.percentile)} <span className="muted">({zText(point.z)})</span>
          </td>
        </tr>
      ))}
    </ScrollTable>
  );
}
