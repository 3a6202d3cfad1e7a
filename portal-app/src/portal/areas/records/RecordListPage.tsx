/** All entries of one kind, page by page. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { t } from '../../../i18n/text.ts';
import { isKind, type KindName, kindOf } from '../../../record/entries/kinds.ts';
import { kindQuery } from '../../../record/entries/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { NotOpenPage } from '../../../views/NotOpenPage.tsx';
import { EntryList } from './EntryList.tsx';

export function RecordListPage() {
  const { type } = useParams();
  const { fhir } = usePortal();
  if (!isKind(type)) return <NotFoundPage />;
  return fhir.offers(type) ? <All name={type} /> : <NotOpenPage />;
}

function All({ name }: { readonly name: KindName }) {
  const { fhir } = usePortal();
  const query = useInfiniteQuery(kindQuery(fhir, name));
  return (
    <>
      <BackLink to="/records">{t('Records')}</BackLink>
      <PageHead title={t(kindOf(name).title)} />
      <Loaded query={query} rows={8}>
        {({ pages }) => {
          const entries = pages.flatMap(({ resources }) => resources);
          return (
            <Card>
              {entries.length === 0 ? (
                <EmptyState>{t('None on record.')}</EmptyState>
              ) : (
                <EntryList entries={entries} />
              )}
              {query.hasNextPage && (
                <ShowOlder isLoading={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()} />
              )}
            </Card>
          );
        }}
      </Loaded>
    </>
  );
}
