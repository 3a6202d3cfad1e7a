/** Reports and observations, read page by page side by side. */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { dateOf } from '../../format/observation.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { reportDate } from './order.ts';
import { edgeOf, type Order, ordersOf, type Stream } from './orders.ts';
import { observationsQuery, reportsQuery } from './queries.ts';

export interface Results {
  readonly orders: readonly Order[];
  readonly observations: readonly Observation[];
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** Reads on in what ends first. */
  readonly readMore: () => void;
}

export function useResults() {
  const { fhir } = usePortal();
  const ofTests = useInfiniteQuery(observationsQuery(fhir));
  const ofReports = useInfiniteQuery(reportsQuery(fhir));
  const observations: Stream<Observation> = {
    found: ofTests.data?.pages.flatMap(({ resources }) => resources) ?? [],
    hasMore: ofTests.hasNextPage,
  };
  const reports: Stream<DiagnosticReport> = {
    found: ofReports.data?.pages.flatMap(({ resources }) => resources) ?? [],
    hasMore: ofReports.hasNextPage,
  };
  const included = (ofReports.data?.pages ?? []).flatMap((page) =>
    page.included.filter((each) => each.resourceType === 'Observation'),
  );
  const readMore = (): void => {
    const [tests, orders] = [edgeOf(observations, dateOf), edgeOf(reports, reportDate)];
    if (observations.hasMore && tests >= orders) void ofTests.fetchNextPage();
    if (reports.hasMore && orders >= tests) void ofReports.fetchNextPage();
  };
  const isRead = ofTests.data !== undefined && (ofReports.data !== undefined || ofReports.error !== null);
  const data: Results | undefined = isRead
    ? {
        orders: ordersOf(reports, included, observations),
        observations: observations.found,
        hasMore: observations.hasMore || reports.hasMore,
        isLoadingMore: ofTests.isFetchingNextPage || ofReports.isFetchingNextPage,
        readMore,
      }
    : undefined;
  const { error, refetch, fetchStatus } = ofTests;
  return {
    query: { data, error, refetch, fetchStatus },
    /** Set where reports could not be read, and the rest could. */
    retryReports: ofReports.error ? () => void ofReports.refetch() : undefined,
  };
}
