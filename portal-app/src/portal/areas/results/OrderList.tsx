/** Results as they were ordered: each report with the lines that a person looks for first. */
import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate, formatMonth } from '../../../format/date.ts';
import { flagOf } from '../../../format/flag-of.ts';
import { valueText } from '../../../format/value.ts';
import { testName } from '../../../format/words.ts';
import { plural, t } from '../../../i18n/text.ts';
import { goalsQuery } from '../../../record/results/goal.ts';
import { isNamedAlike, linesShown, type Order, outsideWords } from '../../../record/results/orders.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { FlagPill, Pill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { GoalPill } from '../../../views/GoalPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import styles from './results.module.css';

export function OrderList({
  orders,
  isNew,
}: {
  readonly orders: readonly Order[];
  readonly isNew: (order: Order) => boolean;
}) {
  const months = Map.groupBy(orders, ({ date }) => (date ? formatMonth(date) : t('Date not recorded')));
  return [...months].map(([month, list]) => (
    <section key={month} className={styles.month}>
      <h2>{month}</h2>
      <ul className={styles.orders}>
        <Each of={list.map((order) => ({ ...order, id: order.key }))}>
          {(order) => <OrderItem order={order} isNew={isNew(order)} />}
        </Each>
      </ul>
    </section>
  ));
}

function OrderItem({ order, isNew }: { readonly order: Order; readonly isNew: boolean }) {
  const { report, name, date, lines } = order;
  const shown = linesShown(order);
  const more = lines.length - shown.length;
  return (
    <li className={rows.list}>
      <Head to={report && `/reports/${report.id}`}>
        <span className={rows.name}>
          <strong>{name}</strong>
          <span className="muted">
            {formatDate(date)}
            {lines.length > 1 && ` · ${outsideWords(lines)}`}
          </span>
        </span>
        <span className={styles.marks}>
          {isNew && <Pill>{t('New')}</Pill>}
          {report && lines.length === 0 && <Pill kind="plain">{t('Report')}</Pill>}
          {report && <StatusPill status={report.status} />}
        </span>
      </Head>
      {shown.length > 0 && (
        <ul className={styles.lines}>
          <Each of={shown}>
            {(line) => <LineItem line={line} isNamed={lines.length === 1 && isNamedAlike(order, line)} />}
          </Each>
        </ul>
      )}
      {report && more > 0 && (
        <Link className={styles.more} to={`/reports/${report.id}`}>
          {plural(more, 'One more line in the report', '{count} more lines in the report')}
          <span className="visually-hidden">: {name}</span>
        </Link>
      )}
    </li>
  );
}

/** What came without a report has no page of its own. */
function Head({ to, children }: { readonly to: string | undefined; readonly children: React.ReactNode }) {
  if (to === undefined) return <div className={rows.row}>{children}</div>;
  return (
    <Link className={rows.row} to={to}>
      {children}
    </Link>
  );
}

/** `isNamed`: by the head above it, for whoever sees that. */
function LineItem({ line, isNamed }: { readonly line: Observation; readonly isNamed: boolean }) {
  const goals = useQuery(goalsQuery(usePortal().fhir)).data?.resources ?? [];
  return (
    <li>
      <Link className={`${rows.row} ${styles.line}`} to={`/results/${line.id}`}>
        <span className={rows.name}>
          <span className={isNamed ? 'visually-hidden' : undefined}>{testName(line.code)}</span>
        </span>
        <span className={rows.value}>
          <span className="number">{valueText(line)}</span>
          <FlagPill flag={flagOf(line)} />
          <GoalPill result={line} goals={goals} />
          <StatusPill status={line.status} />
        </span>
      </Link>
    </li>
  );
}
