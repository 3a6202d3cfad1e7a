/** One or two lines over time, with the reference band behind. */
import { formatDate } from '../format/date.ts';
import { numberText } from '../format/quantity.ts';
import type { Line, Point } from '../format/trend.ts';
import { locale } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { ChartFrame, ValueGrid } from './ChartFrame.tsx';
import styles from './chart.module.css';
import { timeScale, valueScale } from './chart-scale.ts';

interface Props {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly band: { readonly low: number | undefined; readonly high: number | undefined } | undefined;
  /** What is usual for this person. */
  readonly usual?: { readonly low: number; readonly high: number } | undefined;
  /** A line at each edge that was agreed. */
  readonly goal?: { readonly low: number | undefined; readonly high: number | undefined } | undefined;
}

const HEIGHT = 260;
const TOP = 16;
const BOTTOM = HEIGHT - 32;
const LEFT = 48;

export function TrendChart({ title, unit, lines, band, usual, goal }: Props) {
  const points = lines.flatMap((line) => line.points);
  const isMixed = points.some(isAtHome) && !points.every(isAtHome);
  if (points.length === 0) return null;
  return (
    <ChartFrame
      className={styles.box}
      title={t('{title} over time', { title })}
      text={describe(lines, unit)}
      height={HEIGHT}
      below={
        isMixed && <p className="muted">{t('Small points: measured at home. Large ones: by the clinic.')}</p>
      }
    >
      {(width) => <Plot width={width} lines={lines} band={band} usual={usual} goal={goal} />}
    </ChartFrame>
  );
}

const isAtHome = ({ isFromHome }: Point): boolean => isFromHome;

function Plot({
  width,
  lines,
  band,
  usual,
  goal,
}: { readonly width: number } & Pick<Props, 'lines' | 'band' | 'usual' | 'goal'>) {
  const points = lines.flatMap((line) => line.points);
  const edges = [band?.low, band?.high].filter((edge) => edge !== undefined);
  const agreed = [goal?.low, goal?.high].filter((edge) => edge !== undefined);
  const y = valueScale([...points.map(({ value }) => value), ...edges, ...agreed], TOP, BOTTOM);
  const right = width - 12;
  const x = timeScale(
    points.map(({ time }) => time),
    LEFT,
    right,
    Math.max(2, Math.floor(width / 90)),
  );
  const short =
    Math.max(...points.map(({ time }) => time)) - Math.min(...points.map(({ time }) => time)) <
    700 * 86_400_000;
  const bandTop = y.at(band?.high ?? (y.ticks.at(-1) as number));
  const bandBottom = y.at(band?.low ?? (y.ticks[0] as number));
  return (
    <>
      {band && edges.length > 0 && (
        <rect
          className={styles.band}
          x={LEFT}
          y={bandTop}
          width={right - LEFT}
          height={Math.max(0, bandBottom - bandTop)}
        />
      )}
      {usual && (
        <rect
          className={styles.own}
          x={LEFT}
          y={y.at(usual.high)}
          width={right - LEFT}
          height={Math.max(1, y.at(usual.low) - y.at(usual.high))}
        />
      )}
      <ValueGrid y={y} left={LEFT} right={right} />
      {agreed.map((edge) => (
        <line key={edge} className={styles.goal} x1={LEFT} x2={right} y1={y.at(edge)} y2={y.at(edge)} />
      ))}
      {x.ticks.map((tick) => (
        <text
          key={tick}
          className={styles.label}
          x={Math.min(Math.max(x.at(tick), LEFT + 8), right - 24)}
          y={HEIGHT - 8}
          textAnchor="middle"
        >
          {new Intl.DateTimeFormat(
            locale(),
            short ? { month: 'short', year: 'numeric' } : { year: 'numeric' },
          ).format(tick)}
        </text>
      ))}
      {lines.map((line, i) => (
        <g key={line.name}>
          <polyline
            className={i === 0 ? styles.line : styles.second}
            points={line.points
              .map(({ time, value }) => `${x.at(time).toFixed(1)},${y.at(value).toFixed(1)}`)
              .join(' ')}
          />
          {line.points.map((point) => (
            <Mark
              key={`${point.time} ${point.value}`}
              x={x.at(point.time)}
              y={y.at(point.value)}
              point={point}
            />
          ))}
        </g>
      ))}
    </>
  );
}

/** Outside its range a point changes its shape as well as its colour; measured at home it is a smaller one. */
function Mark({ x, y, point }: { readonly x: number; readonly y: number; readonly point: Point }) {
  const { outside, isFromHome } = point;
  if (!outside)
    return (
      <circle className={isFromHome ? styles.markHome : styles.mark} cx={x} cy={y} r={isFromHome ? 3 : 4} />
    );
  const half = isFromHome ? 3 : 4.5;
  return (
    <rect
      className={styles.markOutside}
      x={x - half}
      y={y - half}
      width={2 * half}
      height={2 * half}
      transform={`rotate(45 ${x} ${y})`}
    />
  );
}

function describe(lines: readonly Line[], unit: string): string {
  return lines
    .map(({ name, points }) => {
      const [first, last] = [points[0], points.at(-1)];
      if (!first || !last) return t('{name}: no values.', { name });
      const [firstValue, lastValue] = [numberText(first.value), numberText(last.value)];
      if (first === last)
        return t('{name}: {value} {unit} on {date}.', {
          name,
          unit,
          value: lastValue,
          date: formatDate(last.date),
        });
      return t('{name}: {count} values from {first} ({firstValue} {unit}) to {last} ({lastValue} {unit}).', {
        name,
        unit,
        count: points.length,
        first: formatDate(first.date),
        firstValue,
        last: formatDate(last.date),
        lastValue,
      });
    })
    .join(' ');
}
