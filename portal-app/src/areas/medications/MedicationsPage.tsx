/** Medicines now and before, in plain words. */
import type { MedicationRequest } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatDate } from '../../format/date.ts';
import { dosageText, medicineName } from '../../format/words.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import styles from '../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead } from '../../ui/parts.tsx';

const medicationsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['medications', fhir.patient],
    queryFn: () =>
      fhir.search<MedicationRequest>('MedicationRequest', {
        patient: fhir.patient,
        _sort: '-authoredon',
        _count: '200',
      }),
  });

export function MedicationsPage() {
  const { fhir } = usePortal();
  const query = useQuery(medicationsQuery(fhir));
  return (
    <>
      <PageHead title="Medicines" />
      <Loaded query={query}>
        {({ resources }) => {
          const active = resources.filter(({ status }) => status === 'active' || status === 'on-hold');
          const past = resources.filter(({ status }) => status !== 'active' && status !== 'on-hold');
          return (
            <>
              <Card title="Taking now">
                {active.length === 0 ? (
                  <EmptyState>No current prescriptions are on record.</EmptyState>
                ) : (
                  <List requests={active} />
                )}
              </Card>
              <Card title="Before">
                {past.length === 0 ? (
                  <EmptyState>No earlier prescriptions are on record.</EmptyState>
                ) : (
                  <List requests={past} />
                )}
              </Card>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function List({ requests }: { readonly requests: readonly MedicationRequest[] }) {
  return (
    <ul className={styles.list}>
      {requests.map((request) => (
        <li key={request.id} className={styles.item}>
          <h3>{medicineName(request)}</h3>
          <p>{dosageText(request.dosageInstruction)}</p>
          <p className="muted">
            Prescribed {formatDate(request.authoredOn)}
            {request.requester?.display ? ` by ${request.requester.display}` : ''}
            {request.status === 'active' ? refills(request) : ''}
          </p>
        </li>
      ))}
    </ul>
  );
}

function refills({ dispenseRequest }: MedicationRequest): string {
  const left = dispenseRequest?.numberOfRepeatsAllowed;
  if (left === undefined) return '';
  return left === 0 ? ' · no refills' : left === 1 ? ' · 1 refill' : ` · ${left} refills`;
}
