/** What the person takes besides prescriptions: added, stopped, taken up again. */
import type { MedicationStatement } from '@medplum/fhirtypes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDate } from '../../format/date.ts';
import { medicineName } from '../../format/words.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { SendForm, TextField } from '../../ui/form.tsx';
import styles from '../../ui/list.module.css';
import { Card, EmptyState, Loaded, Pill } from '../../ui/parts.tsx';
import { addOwnMedicine, isTaken, ownMedicinesQuery, resumeOwnMedicine, stopOwnMedicine } from './own.ts';

export function OwnMedicines() {
  const { fhir } = usePortal();
  const query = useQuery(ownMedicinesQuery(fhir));
  const [isAdding, setAdding] = useState(false);
  return (
    <Card title="I also take">
      <Loaded query={query}>
        {({ resources }) =>
          resources.length === 0 ? (
            <EmptyState>
              Nothing yet. Vitamins, herbal medicines and what you buy without a prescription belong here:
              they can act on what your doctor prescribes.
            </EmptyState>
          ) : (
            <ul className={styles.list}>
              {resources
                .toSorted((a, b) => Number(isTaken(b)) - Number(isTaken(a)))
                .map((each) => (
                  <Medicine key={each.id} medicine={each} />
                ))}
            </ul>
          )
        }
      </Loaded>
      {isAdding ? (
        <Add onDone={() => setAdding(false)} />
      ) : (
        <p>
          <button type="button" className="button secondary" onClick={() => setAdding(true)}>
            Add a medicine or vitamin
          </button>
        </p>
      )}
    </Card>
  );
}

function Medicine({ medicine }: { readonly medicine: MedicationStatement }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const isCurrent = isTaken(medicine);
  const change = useMutation({
    mutationFn: () => (isCurrent ? stopOwnMedicine(fhir, medicine) : resumeOwnMedicine(fhir, medicine)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['own-medicines'] }),
  });
  const since = medicine.effectivePeriod?.start ?? medicine.effectiveDateTime;
  return (
    <li className={styles.item}>
      <h3>{medicineName(medicine)}</h3>
      {medicine.dosage?.[0]?.text && <p>{medicine.dosage[0].text}</p>}
      <p className="muted">
        {since ? `Since ${formatDate(since)}` : 'Start not recorded'}
        {medicine.effectivePeriod?.end ? `, until ${formatDate(medicine.effectivePeriod.end)}` : ''}{' '}
        {!isCurrent && <Pill kind="plain">Not taken now</Pill>}
      </p>
      <button
        type="button"
        className="button quiet"
        disabled={change.isPending}
        onClick={() => change.mutate()}
      >
        {isCurrent ? 'I stopped taking this' : 'I take this again'}
        <span className="visually-hidden">: {medicineName(medicine)}</span>
      </button>
      {change.error && <p role="alert">{change.error.message}</p>}
    </li>
  );
}

function Add({ onDone }: { readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [how, setHow] = useState('');
  const add = useMutation({
    mutationFn: () => addOwnMedicine(fhir, name, how),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['own-medicines'] });
      onDone();
    },
  });
  return (
    <SendForm label="Add to my list" state={add} onSend={() => add.mutate()} onCancel={onDone}>
      <TextField id="own-name" label="What do you take?" value={name} onChange={setName} required />
      <TextField
        id="own-how"
        label="How much, how often? (optional)"
        hint="For example: 1 tablet in the morning."
        value={how}
        onChange={setHow}
      />
    </SendForm>
  );
}
