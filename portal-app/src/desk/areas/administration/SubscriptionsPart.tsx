/** One's own subscriptions, and how they do. */
import type { Subscription } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/text.ts';
import type { FhirApi } from '../../../smart/fhir.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './administration.module.css';

const subscriptionsQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['subscriptions'],
    queryFn: async () => {
      const params = { _sort: '-_lastUpdated', _count: '100' };
      return (await fhir.search<Subscription>('Subscription', params)).resources;
    },
  });

export function SubscriptionsPart() {
  const { fhir } = useSignedIn();
  return (
    <Card title={t('Subscriptions')}>
      <p className="muted">
        {t('Those of your own. Others are seen by their makers alone: what they hold is secret.')}
      </p>
      <Loaded query={useQuery(subscriptionsQuery(fhir))} rows={3}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState>{t('None on record.')}</EmptyState>
          ) : (
            <ul>
              <Each of={all}>{(each) => <Line key={each.id} subscription={each} />}</Each>
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Line({
  subscription: { status, criteria, reason, channel, error },
}: {
  readonly subscription: Subscription;
}) {
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <strong>{criteria}</strong>
        <Pill kind={status === 'error' ? 'bad' : status === 'active' ? 'ok' : 'plain'}>{status}</Pill>
      </div>
      <span className="muted">{[channel.type, reason].filter(Boolean).join(' · ')}</span>
      {error && <p>{error}</p>}
    </li>
  );
}
