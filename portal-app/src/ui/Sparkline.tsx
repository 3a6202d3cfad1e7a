/** The last few values as a line: decoration beside the words, hidden from screen readers. */
import styles from './chart.module.css';

const WIDTH = 72;
const HEIGHT = 28;

export function Sparkline({ values }: { readonly values: readonly number[] }) {
  if (values.length < 2) return null;
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const at = values.map(
    (value, i) =>
      [
        4 + (i / (values.length - 1)) * (WIDTH - 8),
        HEIGHT - 5 - ((value - least) / span) * (HEIGHT - 10),
      ] as const,
  );
  const last = at.at(-1) as readonly [number, number];
  return (
    <svg className={styles.spark} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <polyline points={at.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      <circle cx={last[0]} cy={last[1]} r={3} />
    </svg>
  );
}
