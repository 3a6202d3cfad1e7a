/** One page that a doctor can read in a minute, on screen or on paper. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { summaryQuery } from '../../../record/summary/summary.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Loaded, PageHead } from '../../../ui/parts.tsx';
import { SummaryHead, SummaryParts } from '../../../views/SummaryParts.tsx';

export function SummaryPage() {
  const { config, fhir } = usePortal();
  const query = useQuery(summaryQuery(fhir));
  return (
    <>
      <PageHead title={t('Health summary')} />
      <Loaded query={query} rows={8}>
        {(summary) => (
          <>
            <SummaryHead
              summary={summary}
              clinic={config.clinicName}
              asOf={formatDate(new Date().toISOString())}
            >
              {isOpen('/share', fhir.offers) && (
                <Link className="button secondary" to="/share">
                  {t('Share it by a link')}
                </Link>
              )}
            </SummaryHead>
            <SummaryParts summary={summary} />
          </>
        )}
      </Loaded>
    </>
  );
}
