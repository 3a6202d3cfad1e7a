/** Points over percentile lines, by age. What it shows is said in words by `text`, and in a table beside it. */
import { ChartFrame, ValueGrid } from './ChartFrame.tsx';
import styles from './chart.module.css';
import { spreadOut, valueScale } from './chart-scale.ts';

interface Spot {
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly title: string;
  readonly text: string;
  /** The lowest first; `isMiddle`: the median, drawn stronger. */
  readonly curves: readonly {
    readonly name: string;
    readonly isMiddle: boolean;
    readonly spots: readonly Spot[];
  }[];
  readonly spots: readonly Spot[];
  readonly ages: readonly [from: number, to: number];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

const HEIGHT = 380;
const TOP = 12;
const BOTTOM = HEIGHT - 32;
const LEFT = 44;
/** Beside the lines stands which they are. */
const NAMES = 34;
const NAME_HEIGHT = 13;

export function GrowthChart(props: Props) {
  return (
    <ChartFrame className={styles.growth} title={props.title} text={props.text} height={HEIGHT}>
      {(width) => <Plot {...props} width={width} />}
    </ChartFrame>
  );
}

function Plot({ width, curves, spots, ages: [from, to], ticks }: Props & { readonly width: number }) {
  const right = width - NAMES;
  const y = valueScale(
    [...curves.flatMap((curve) => curve.spots), ...spots].map((spot) => spot.y),
    TOP,
    BOTTOM,
  );
  const x = (age: number): number => LEFT + ((age - from) / (to - from)) * (right - LEFT);
  const path = (list: readonly Spot[]): string =>
    list.map((spot) => `${x(spot.x).toFixed(1)},${y.at(spot.y).toFixed(1)}`).join(' ');
  const names = spreadOut(
    curves.map((curve) => y.at(curve.spots.at(-1)?.y ?? 0)),
    NAME_HEIGHT,
  );
  return (
    <>
      <ValueGrid y={y} left={LEFT} right={right} />
      {ticks.map((tick) => (
        <text key={tick.x} className={styles.label} x={x(tick.x)} y={HEIGHT - 8} textAnchor="middle">
          {tick.label}
        </text>
      ))}
      {curves.map(({ name, isMiddle, spots: list }, i) => (
        <g key={name}>
          <polyline className={isMiddle ? styles.median : styles.percentile} points={path(list)} />
          <text className={styles.label} x={right + 6} y={(names[i] ?? 0) + 4}>
            {name}
          </text>
        </g>
      ))}
      <polyline className={styles.line} points={path(spots)} />
      {spots.map((spot) => (
        <circle
          key={`${spot.x} ${spot.y}`}
          className={styles.mark}
          cx={x(spot.x)}
          cy={y.at(spot.y)}
          r={4.5}
        />
      ))}
    </>
  );
}
