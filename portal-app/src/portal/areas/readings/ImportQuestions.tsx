/** What a file does not say by itself is asked, each with a line of it; then what was found is looked for in the record. */
import { useState } from 'react';
import { type Text, t } from '../../../i18n/text.ts';
import { type DateOrder, readingsOf, type Table, type Units } from '../../../record/readings/csv.ts';
import { KINDS } from '../../../record/readings/kinds.ts';
import { sorted } from '../../../record/readings/take-over.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useAction } from '../../../smart/use-send.ts';
import { Select, SendForm } from '../../../ui/form.tsx';
import { Card } from '../../../ui/parts.tsx';
import { ImportPreview, type Preview } from './ImportPreview.tsx';

const ORDERS: Readonly<Record<DateOrder, Text>> = {
  ymd: 'Year, month, day',
  dmy: 'Day, month, year',
  mdy: 'Month, day, year',
};

export function ImportQuestions({ table }: { readonly table: Table }) {
  const { fhir } = usePortal();
  const { orders, example, unitless, columns, leftOut } = table;
  const [order, setOrder] = useState<string>(orders.length === 1 ? (orders[0] ?? '') : '');
  const [units, setUnits] = useState<Units>({});
  const look = useAction({
    act: async (): Promise<Preview> => {
      const { readings, problems } = await readingsOf(table, order as DateOrder, units);
      return { ...(await sorted(fhir, readings)), problems };
    },
  });
  const change = (set: () => void): void => {
    set();
    look.reset();
  };
  return (
    <>
      <Card title={t('2. Look at what is in it')}>
        <p>
          {t('Columns that are read: {names}.', { names: columns.map(({ head }) => head).join(', ') })}{' '}
          {leftOut.length > 0 && t('Left out: {names}.', { names: leftOut.join(', ') })}
        </p>
        <SendForm label={t('Show what would be taken over')} state={look} onSend={() => look.mutate()}>
          {example !== undefined && (
            <Select
              id="date-order"
              label={t('How are the dates written?')}
              hint={t('A line of your file: {line}', { line: example })}
              value={order}
              onChange={(next) => change(() => setOrder(next))}
              options={[
                ['', t('Please choose one')] as const,
                ...orders.map((each) => [each, t(ORDERS[each])] as const),
              ]}
              required
            />
          )}
          {unitless.map(([kind, line]) => (
            <Select
              key={kind}
              id={`unit-${kind}`}
              label={t('In which unit is it: {what}?', { what: t(KINDS[kind].title) })}
              hint={t('A line of your file: {line}', { line })}
              value={units[kind] ?? ''}
              onChange={(next) => change(() => setUnits({ ...units, [kind]: next || undefined }))}
              options={[
                ['', t('Please choose one')] as const,
                ...KINDS[kind].units.map(({ code, words }) => [code, words] as const),
              ]}
              required
            />
          ))}
        </SendForm>
      </Card>
      {look.data && <ImportPreview preview={look.data} />}
    </>
  );
}
