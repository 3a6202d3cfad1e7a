/** What a bill is for, line by line, and what others took over of it. */
import { moneyText } from '../format/money.ts';
import { t } from '../i18n/text.ts';
import type { BillLine } from '../record/bills/bills.ts';
import { ScrollTable } from '../ui/ScrollTable.tsx';

export function BillLines({ lines }: { readonly lines: readonly BillLine[] }) {
  return (
    <ScrollTable label={t('What it is for')} heads={[t('For'), t('Price'), t('Covered')]}>
      {lines.map((line, index) => (
        <Line key={`${line.name} ${index}`} line={line} />
      ))}
    </ScrollTable>
  );
}

function Line({ line: { name, charged, taken } }: { readonly line: BillLine }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{moneyText(charged) || '–'}</td>
      <td>
        {taken.length === 0
          ? '–'
          : taken.map(({ by, amount }) => (
              <div key={by}>{[moneyText(amount), by].filter(Boolean).join(' · ')}</div>
            ))}
      </td>
    </tr>
  );
}
