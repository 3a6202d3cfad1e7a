/** The latest value of each test, with how it went. */
import { Link } from 'react-router';
import { formatDate, formatMonth } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import type { TestRow } from '../../../record/results/queries.ts';
import { Each } from '../../../ui/Each.tsx';
import { FlagPill, Pill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { Sparkline } from '../../../ui/Sparkline.tsx';
import { HomePill } from '../../../views/HomePill.tsx';
import styles from './results.module.css';

export function TestList({ tests }: { readonly tests: readonly TestRow[] }) {
  const months = Map.groupBy(tests, ({ date }) => (date ? formatMonth(date) : t('Date not recorded')));
  return [...months].map(([month, list]) => (
    <section key={month} className={styles.month}>
      <h2>{month}</h2>
      <ul className={rows.list}>
        <Each of={list}>
          {({ id, name, date, history, value, status, flag, latest }) => (
            <li>
              <Link to={`/results/${id}`} className={rows.row}>
                <span className={rows.name}>
                  <strong>{name}</strong>
                  <span className="muted">{formatDate(date)}</span>
                </span>
                <Sparkline values={history} />
                <span className={rows.value}>
                  <span className="number">{value}</span>
                  {status && <Pill kind="warn">{status}</Pill>}
                  <FlagPill flag={flag} />
                  <HomePill of={latest} />
                </span>
              </Link>
            </li>
          )}
        </Each>
      </ul>
    </section>
  ));
}
