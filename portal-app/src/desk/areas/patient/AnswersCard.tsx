/** Questionnaires that the patient filled in, the newest first, what frightens first in each. */
import type { QuestionnaireResponse } from '@medplum/fhirtypes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { responsesQuery, responseTitle } from '../../../record/questionnaires/responses.ts';
import { answersOf } from '../../../record/work/answers.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import own from './patient.module.css';

export function AnswersCard() {
  const { fhir } = usePortal();
  const query = useInfiniteQuery(responsesQuery(fhir));
  return (
    <Card title={t('Questionnaires')}>
      <Loaded query={query} rows={3}>
        {({ pages }) => {
          const responses = pages.flatMap(({ resources }) => resources);
          if (responses.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
          const forms = pages.flatMap(({ forms }) => forms);
          return (
            <Each of={responses}>
              {(response) => (
                <One key={response.id} response={response} title={responseTitle(response, forms)} />
              )}
            </Each>
          );
        }}
      </Loaded>
      {query.hasNextPage && (
        <ShowOlder isLoading={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()} />
      )}
    </Card>
  );
}

function One({ response, title }: { readonly response: QuestionnaireResponse; readonly title: string }) {
  const { authored, item = [] } = response;
  return (
    <details className={own.unfolds}>
      <summary className={own.summary}>
        <strong>{title || t('Questionnaire')}</strong> <KeptPill of={response} />{' '}
        <span className="muted">{authored && formatDateTime(authored)}</span>
      </summary>
      <Facts facts={answersOf(item).map(({ question, words }) => [question, words] as const)} />
    </details>
  );
}
