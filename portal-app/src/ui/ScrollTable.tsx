/** A table that is wider than a phone: scrolled beside its place, by keyboard too, rather than broken into letters. */
import type { ReactNode } from 'react';
import styles from './scroll-table.module.css';

export function ScrollTable({
  label,
  heads,
  children,
}: {
  readonly label: string;
  /** Of the columns, in words. */
  readonly heads: readonly string[];
  /** Rows. */
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={label}>
      <table className={styles.table} style={{ minWidth: heads.length > 3 ? `${heads.length * 8}rem` : 0 }}>
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
