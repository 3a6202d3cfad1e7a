/** What is measured at home: each kind with its last value, and the way to write one down or to take over a file. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDateTime } from '../../../format/date.ts';
import { dateOf } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { KINDS } from '../../../record/readings/kinds.ts';
import { lastReadingsQuery } from '../../../record/readings/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { LinkRows } from '../../../ui/LinkRows.tsx';
import { Loaded, PageHead } from '../../../ui/parts.tsx';

export function ReadingsPage() {
  const { fhir } = usePortal();
  const query = useQuery(lastReadingsQuery(fhir));
  return (
    <>
      <PageHead title={t('Home readings')} />
      <p className="muted">
        {t(
          'What you measure goes into your record, where the care team sees it, marked as measured at home. Nobody is alerted by it: call the clinic when you are worried.',
        )}
      </p>
      {isOpen('/readings/import', fhir.offers) && (
        <p>
          <Link to="/readings/import">{t('Take over readings from a file')}</Link>
        </p>
      )}
      <Loaded query={query} rows={7}>
        {(all) => (
          <LinkRows
            places={all.map(({ kind, last }) => [
              `/readings/${kind}`,
              t(KINDS[kind].title),
              last
                ? t('Last: {value}, {date}', { value: valueText(last), date: formatDateTime(dateOf(last)) })
                : t(KINDS[kind].about),
            ])}
          />
        )}
      </Loaded>
    </>
  );
}
