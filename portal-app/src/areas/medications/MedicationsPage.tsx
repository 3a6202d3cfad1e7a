/** Medicines now and before, in plain words. */
import type { MedicationRequest, Task } from '@medplum/fhirtypes';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDate, formatDistance } from '../../format/date.ts';
import { dosageText, medicineName } from '../../format/words.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { SendForm, TextArea } from '../../ui/form.tsx';
import styles from '../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../ui/parts.tsx';
import { OwnMedicines } from './OwnMedicines.tsx';
import { askForRefill, cancelRefill, isOpen, refillOf, refillsQuery, refillWords } from './refills.ts';

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
              <OwnMedicines />
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
          {request.status === 'active' && <Refill request={request} />}
        </li>
      ))}
    </ul>
  );
}

/** Asked for where the medicine is; how far it is, until the next one. */
function Refill({ request }: { readonly request: MedicationRequest }) {
  const { fhir } = usePortal();
  const tasks = useQuery(refillsQuery(fhir));
  const task = refillOf(tasks.data?.resources ?? [], request);
  if (tasks.data === undefined) return null;
  return (
    <>
      {task && <Progress task={task} />}
      {(!task || !isOpen(task)) && <AskForRefill request={request} />}
    </>
  );
}

function Progress({ task }: { readonly task: Task }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRefill(fhir, task),
    onSettled: () => queries.invalidateQueries({ queryKey: ['refills'] }),
  });
  const kind = task.status === 'completed' ? 'ok' : isOpen(task) ? 'info' : 'plain';
  return (
    <>
      <p>
        <Pill kind={kind}>{refillWords(task)}</Pill>{' '}
        <span className="muted">{formatDistance(task.lastModified ?? task.authoredOn ?? '')}</span>
      </p>
      {task.statusReason?.text && task.status === 'rejected' && <p>{task.statusReason.text}</p>}
      {task.status === 'requested' && (
        <button
          type="button"
          className="button quiet"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          Cancel the refill request
        </button>
      )}
      {cancel.error && <p role="alert">{cancel.error.message}</p>}
    </>
  );
}

function AskForRefill({ request }: { readonly request: MedicationRequest }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const ask = useMutation({
    mutationFn: () => askForRefill(fhir, request, note),
    onSuccess: async () => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: ['refills'] });
    },
  });
  if (!isAsking)
    return (
      <button type="button" className="button secondary" onClick={() => setAsking(true)}>
        Ask for a refill<span className="visually-hidden"> of {medicineName(request)}</span>
      </button>
    );
  return (
    <SendForm
      label="Send the request"
      state={ask}
      onSend={() => ask.mutate()}
      onCancel={() => setAsking(false)}
    >
      <TextArea
        id={`note-${request.id}`}
        label="Note for the clinic (optional)"
        hint="For example: which pharmacy, or how many days you have left."
        rows={2}
        value={note}
        onChange={setNote}
      />
    </SendForm>
  );
}

function refills({ dispenseRequest }: MedicationRequest): string {
  const left = dispenseRequest?.numberOfRepeatsAllowed;
  if (left === undefined) return '';
  return left === 0 ? ' · no refills' : left === 1 ? ' · 1 refill' : ` · ${left} refills`;
}
