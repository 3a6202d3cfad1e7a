/** What every chart stands in: drawn at the width of its place (a scaled drawing would shrink its text), with its name and what it shows in words. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import styles from './chart.module.css';
import type { Scale } from './chart-scale.ts';

interface Props {
  readonly className: string | undefined;
  readonly title: string;
  readonly text: string;
  readonly height: number;
  /** Pixels; called when the place's width is known. */
  readonly children: (width: number) => ReactNode;
  readonly below?: ReactNode;
}

export function ChartFrame({ className, title, text, height, children, below }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const id = useId();
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className={className}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-labelledby={`${id}-title`}
          aria-describedby={`${id}-text`}
        >
          <title id={`${id}-title`}>{title}</title>
          <desc id={`${id}-text`}>{text}</desc>
          {children(width)}
        </svg>
      )}
      {below}
    </div>
  );
}

/** A line at each value that is named, and its name to the left. */
export function ValueGrid({
  y,
  left,
  right,
}: {
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
}) {
  return y.ticks.map((tick) => (
    <g key={tick}>
      <line className={styles.grid} x1={left} x2={right} y1={y.at(tick)} y2={y.at(tick)} />
      <text className={styles.label} x={left - 8} y={y.at(tick) + 5} textAnchor="end">
        {tick}
      </text>
    </g>
  ));
}
