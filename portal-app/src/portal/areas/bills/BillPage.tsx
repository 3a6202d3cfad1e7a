/** One bill: what it was for, what others took over, what is to be paid, and where. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { moneyText } from '../../../format/money.ts';
import { t } from '../../../i18n/text.ts';
import { type Bill, billsQuery, paymentAddress } from '../../../record/bills/bills.ts';
import { FhirFailure } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Card, ErrorState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { BenefitCard } from '../../../views/BenefitCard.tsx';
import { BillLines } from '../../../views/BillLines.tsx';
import { BillState } from '../../../views/BillState.tsx';
import styles from './bills.module.css';

export function BillPage() {
  const { id } = useParams();
  const query = useQuery(billsQuery(usePortal().fhir));
  const bill = query.data?.bills.find((each) => each.id === id);
  return (
    <>
      <BackLink to="/bills">{t('Bills')}</BackLink>
      <PageHead title={bill?.number ? t('Bill {number}', { number: bill.number }) : t('Bill')} />
      <Loaded query={query}>
        {() =>
          bill ? (
            <Parts bill={bill} />
          ) : (
            <ErrorState error={new FhirFailure(404)} onRetry={() => void query.refetch()} />
          )
        }
      </Loaded>
    </>
  );
}

function Parts({ bill }: { readonly bill: Bill }) {
  return (
    <>
      <Card>
        <p className={styles.sum}>
          <strong>{moneyText(bill.own)}</strong> <BillState state={bill.state} />
        </p>
        <Facts
          facts={[
            [t('Date'), bill.date && formatDate(bill.date)],
            [t('Issued by'), bill.issuer],
            [t('Account number'), bill.account],
          ]}
        />
        {bill.state === 'open' && bill.terms && <p>{bill.terms}</p>}
        {bill.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
        <Actions bill={bill} />
      </Card>
      {bill.lines.length > 0 && (
        <Card title={t('What it is for')}>
          <BillLines lines={bill.lines} />
        </Card>
      )}
      {bill.benefits.length > 0 && <h2>{t('From the insurance')}</h2>}
      {bill.benefits.map((benefit) => (
        <BenefitCard key={benefit.id} benefit={benefit} />
      ))}
    </>
  );
}

function Actions({ bill }: { readonly bill: Bill }) {
  const { config, fhir } = usePortal();
  const pay = paymentAddress(config.paymentUrl, bill);
  const canAsk = fhir.offers('Communication', 'create');
  const name = t('Bill {number}', { number: bill.number ?? '' });
  return (
    <p className={styles.actions}>
      {pay !== undefined && (
        <a className="button" href={pay} target="_blank" rel="noreferrer">
          {t('Pay it (opens another site)')}
        </a>
      )}
      {canAsk && (
        <Link className="button secondary" to={`/messages/new?about=Invoice/${bill.id}`} state={name}>
          {t('Ask about this bill')}
        </Link>
      )}
      <button type="button" className="button quiet" onClick={() => print()}>
        {t('Print this bill')}
      </button>
    </p>
  );
}
