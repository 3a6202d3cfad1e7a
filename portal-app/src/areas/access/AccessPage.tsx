/** Who looked at this record: the server's own log, as the patient may read it. */
import type { AuditEvent } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../format/date.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import styles from '../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead } from '../../ui/parts.tsx';
import { whatText, whoText } from './words.ts';

const accessQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['access', fhir.patient],
    queryFn: () =>
      fhir.search<AuditEvent>('AuditEvent', { patient: fhir.patient, _sort: '-date', _count: '100' }),
  });

export function AccessPage() {
  const { fhir } = usePortal();
  const query = useQuery(accessQuery(fhir));
  return (
    <>
      <PageHead title="Who looked at my record" />
      <p className="muted">
        The newest hundred entries of the log that the clinic’s server keeps. Nobody can change it.
      </p>
      <Loaded query={query}>
        {({ resources }) => (
          <Card>
            {resources.length === 0 ? (
              <EmptyState>Nobody has looked yet.</EmptyState>
            ) : (
              <ul className={styles.list}>
                {resources.map((event) => (
                  <li key={event.id} className={styles.item}>
                    <h2>{whoText(event, fhir.self)}</h2>
                    <p>{whatText(event)}</p>
                    <p className="muted">{formatDateTime(event.recorded)}</p>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        )}
      </Loaded>
    </>
  );
}
