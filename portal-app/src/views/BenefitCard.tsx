/** What the insurance decided: an explanation of benefits in four lines. */
import type { ReactNode } from 'react';
import { formatDate } from '../format/date.ts';
import { moneyText } from '../format/money.ts';
import { t } from '../i18n/text.ts';
import type { Benefit } from '../record/bills/bills.ts';
import { Facts } from '../ui/Facts.tsx';
import { Card } from '../ui/parts.tsx';

export function BenefitCard({
  benefit,
  children,
}: {
  readonly benefit: Benefit;
  readonly children?: ReactNode;
}) {
  const { insurer, date, names, charged, paid, own, notes } = benefit;
  return (
    <Card title={insurer ?? t('The insurance')}>
      {children}
      {names.length > 0 && <p>{names.join(', ')}</p>}
      <Facts
        facts={[
          [t('Decided'), date && formatDate(date)],
          [t('It was asked for'), moneyText(charged)],
          [t('It pays'), moneyText(paid)],
          [t('Your part'), moneyText(own)],
        ]}
      />
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </Card>
  );
}
