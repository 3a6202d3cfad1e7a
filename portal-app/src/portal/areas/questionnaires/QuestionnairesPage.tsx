/** The clinic's questionnaires, to be filled in at any time. */
import type { Questionnaire } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/text.ts';
import { isCheckInForm } from '../../../record/visits/check-in.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { LinkRows } from '../../../ui/LinkRows.tsx';
import { EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';

export function QuestionnairesPage() {
  const { fhir } = usePortal();
  const query = useQuery({
    queryKey: ['questionnaires'],
    queryFn: () =>
      fhir.search<Questionnaire>('Questionnaire', { status: 'active', _sort: 'title', _count: '50' }),
  });
  return (
    <>
      <PageHead title={t('Questionnaires')} />
      <Loaded query={query} rows={8}>
        {({ resources }) =>
          resources.length === 0 ? (
            <EmptyState>{t('The clinic has no questionnaires.')}</EmptyState>
          ) : (
            <LinkRows
              places={resources
                .filter((each) => !isCheckInForm(each))
                .map(({ id, title, description }) => [`/questionnaires/${id}`, title, description] as const)}
            />
          )
        }
      </Loaded>
    </>
  );
}
