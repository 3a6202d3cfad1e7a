/** Leads to the report that has these results; where there is none, or several, to the results of that day on. */
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from 'react-router';
import { t } from '../../../i18n/text.ts';
import { placeOfResults } from '../../../record/results/place.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Loaded, PageHead } from '../../../ui/parts.tsx';

export function ReportOfPage() {
  const { fhir } = usePortal();
  const { ids = '' } = useParams();
  const query = useQuery({
    queryKey: ['place-of-results', fhir.patient, ids],
    queryFn: () => placeOfResults(fhir, ids.split(',')),
  });
  return (
    <>
      <PageHead title={t('Results')} />
      <Loaded query={query}>{(place) => <Navigate to={place} replace />}</Loaded>
    </>
  );
}
