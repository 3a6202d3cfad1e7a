/** What the clinic billed, what is still to be paid of it, and what the insurance decided. */
import { useQuery } from '@tanstack/react-query';
import { formatDate } from '../../../format/date.ts';
import { moneyText } from '../../../format/money.ts';
import { t } from '../../../i18n/text.ts';
import { type Bill, billsQuery, owedOf } from '../../../record/bills/bills.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import { BenefitCard } from '../../../views/BenefitCard.tsx';
import { BillLines } from '../../../views/BillLines.tsx';
import { BillState } from '../../../views/BillState.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import own from './patient.module.css';

export function BillsPart() {
  const { fhir } = usePortal();
  return (
    <Loaded query={useQuery(billsQuery(fhir))} rows={5}>
      {({ bills, others }) => (
        <>
          <Card title={t('Bills')}>
            {bills.length === 0 ? (
              <EmptyState>{t('No bills are on record.')}</EmptyState>
            ) : (
              <Owed bills={bills} />
            )}
            {bills.map((bill) => (
              <One key={bill.id} bill={bill} />
            ))}
          </Card>
          {others.length > 0 && <h2>{t('From the insurance')}</h2>}
          {others.map((benefit) => (
            <BenefitCard key={benefit.id} benefit={benefit}>
              <KeptPill of={benefit} />
            </BenefitCard>
          ))}
        </>
      )}
    </Loaded>
  );
}

function Owed({ bills }: { readonly bills: readonly Bill[] }) {
  const owed = owedOf(bills);
  const isOpen = bills.some(({ state }) => state === 'open');
  return (
    <p>
      {isOpen ? owed && t('To be paid: {amount}', { amount: moneyText(owed) }) : t('Everything is paid.')}
    </p>
  );
}

function One({ bill }: { readonly bill: Bill }) {
  return (
    <details className={own.unfolds}>
      <summary className={own.summary}>
        <strong>{bill.lines.map(({ name }) => name).join(', ') || t('Bill')}</strong> {moneyText(bill.own)}{' '}
        <BillState state={bill.state} /> <KeptPill of={bill} />{' '}
        <span className="muted">{[formatDate(bill.date), bill.number].filter(Boolean).join(' · ')}</span>
      </summary>
      <Facts
        facts={[
          [t('Issued by'), bill.issuer],
          [t('Account number'), bill.account],
        ]}
      />
      {bill.state === 'open' && bill.terms && <p>{bill.terms}</p>}
      {bill.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {bill.lines.length > 0 && <BillLines lines={bill.lines} />}
      {bill.benefits.map((benefit) => (
        <BenefitCard key={benefit.id} benefit={benefit}>
          <KeptPill of={benefit} />
        </BenefitCard>
      ))}
    </details>
  );
}
