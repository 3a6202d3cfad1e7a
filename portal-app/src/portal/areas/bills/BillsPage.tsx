/** What the clinic billed, what is still to be paid of it, and what the insurance decided. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { moneyText } from '../../../format/money.ts';
import { plural, t } from '../../../i18n/text.ts';
import { type Bill, type Bills, billsQuery, owedOf } from '../../../record/bills/bills.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { BenefitCard } from '../../../views/BenefitCard.tsx';
import { BillState } from '../../../views/BillState.tsx';
import styles from './bills.module.css';

export function BillsPage() {
  const query = useQuery(billsQuery(usePortal().fhir));
  return (
    <>
      <PageHead title={t('Bills')} />
      <Loaded query={query} rows={4}>
        {(all) => <All all={all} />}
      </Loaded>
    </>
  );
}

function All({ all: { bills, others } }: { readonly all: Bills }) {
  const open = bills.filter(({ state }) => state === 'open');
  const credits = bills.filter(({ state }) => state === 'credit');
  const rest = bills.filter(({ state }) => state !== 'open' && state !== 'credit');
  return (
    <>
      {bills.length === 0 && <EmptyState>{t('No bills are on record.')}</EmptyState>}
      {bills.length > 0 && <Owed open={open} />}
      {open.length > 0 && <Rows title={t('To be paid')} bills={open} />}
      {credits.length > 0 && <Rows title={t('Credits')} bills={credits} />}
      {rest.length > 0 && <Rows title={t('Before')} bills={rest} />}
      {others.length > 0 && <h2>{t('From the insurance')}</h2>}
      {others.map((benefit) => (
        <BenefitCard key={benefit.id} benefit={benefit} />
      ))}
    </>
  );
}

function Owed({ open }: { readonly open: readonly Bill[] }) {
  const owed = owedOf(open);
  if (open.length === 0) return <p>{t('Everything is paid.')}</p>;
  return (
    <Card title={t('You owe')}>
      {owed && (
        <p className={styles.sum}>
          <strong>{moneyText(owed)}</strong>
        </p>
      )}
      <p className="muted">{plural(open.length, 'On one bill.', 'On {count} bills.')}</p>
    </Card>
  );
}

function Rows({ title, bills }: { readonly title: string; readonly bills: readonly Bill[] }) {
  return (
    <>
      <h2>{title}</h2>
      <ul className={rows.list}>
        {bills.map((bill) => (
          <li key={bill.id}>
            <Link className={rows.row} to={`/bills/${bill.id}`}>
              <span className={rows.name}>
                <strong>{bill.lines.map(({ name }) => name).join(', ') || t('Bill')}</strong>
                <span className="muted">
                  {[formatDate(bill.date), bill.number].filter(Boolean).join(' · ')}
                </span>
              </span>
              <span className={rows.value}>
                <span>{moneyText(bill.own)}</span>
                <BillState state={bill.state} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
