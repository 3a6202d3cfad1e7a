/** What a pharmacy or hospital asks for of an insurance. */
import type { Coverage } from '@medplum/fhirtypes';
import { formatDate } from '../format/date.ts';
import { insurerName } from '../format/named.ts';
import { t } from '../i18n/text.ts';
import { useNamed } from '../record/use-named.ts';
import { Facts } from '../ui/Facts.tsx';

export function InsuranceFacts({ coverage: stored }: { readonly coverage: Coverage }) {
  const coverage = useNamed(stored);
  const group = coverage.class?.find(({ type }) => type.coding?.[0]?.code === 'group')?.value;
  return (
    <Facts
      facts={[
        [t('Insurer'), insurerName(coverage)],
        [t('Member number'), coverage.subscriberId],
        [t('Group number'), group],
        [t('Valid'), period(coverage)],
      ]}
    />
  );
}

function period({ period }: Coverage): string {
  const [start, end] = [period?.start, period?.end].map((each) => each && formatDate(each));
  if (start && end) return t('from {start} until {end}', { start, end });
  if (start) return t('from {start}', { start });
  return end ? t('until {end}', { end }) : '';
}
