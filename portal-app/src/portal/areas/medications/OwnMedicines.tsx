/** What the person takes besides prescriptions: added, stopped, taken up again. */
import type { MedicationStatement } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { formatDate } from '../../../format/date.ts';
import { medicineName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { howTaken } from '../../../record/medicines/how-taken.ts';
import {
  addOwnMedicine,
  isTaken,
  ownMedicinesQuery,
  resumeOwnMedicine,
  stopOwnMedicine,
} from '../../../record/medicines/own.ts';
import { stateWords } from '../../../record/medicines/state.ts';
import { mayTakeBack } from '../../../record/readings/changes.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { useToggle } from '../../../smart/use-toggle.ts';
import { ActionButton, SendForm, TextField } from '../../../ui/form.tsx';
import styles from '../../../ui/list.module.css';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';

export function OwnMedicines() {
  const { fhir } = usePortal();
  const query = useQuery(ownMedicinesQuery(fhir));
  const [isAdding, setAdding] = useState(false);
  return (
    <Card title={t('I also take')}>
      <Loaded query={query}>
        {({ resources }) =>
          resources.length === 0 ? (
            <EmptyState>
              {t(
                'Nothing yet. Vitamins, herbal medicines and what you buy without a prescription belong here: they can act on what your doctor prescribes.',
              )}
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
        fhir.offers('MedicationStatement', 'create') && (
          <p>
            <button type="button" className="button secondary" onClick={() => setAdding(true)}>
              {t('Add a medicine or vitamin')}
            </button>
          </p>
        )
      )}
    </Card>
  );
}

function Medicine({ medicine }: { readonly medicine: MedicationStatement }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const isCurrent = isTaken(medicine);
  const how = howTaken(medicine);
  const change = useToggle({
    isOn: isCurrent,
    turn: (on) => (on ? resumeOwnMedicine(fhir, medicine) : stopOwnMedicine(fhir, medicine)),
    onSettled: () => refresh('own-medicines'),
  });
  return (
    <li className={styles.item}>
      <h3>{medicineName(medicine)}</h3>
      {how && <p>{how}</p>}
      <p className="muted">
        {sinceWords(medicine)}{' '}
        {!isCurrent && <Pill kind="plain">{stateWords(medicine) ?? t('Not taken now')}</Pill>}
      </p>
      <ActionButton
        action={change}
        isOffered={fhir.offers('MedicationStatement', 'update') && mayTakeBack(fhir, medicine)}
      >
        {t(isCurrent ? 'I stopped taking this' : 'I take this again')}
        <span className="visually-hidden">: {medicineName(medicine)}</span>
      </ActionButton>
    </li>
  );
}

function sinceWords({ effectivePeriod, effectiveDateTime }: MedicationStatement): string {
  const since = effectivePeriod?.start ?? effectiveDateTime;
  if (!since) return t('Start not recorded');
  const [from, until] = [formatDate(since), effectivePeriod?.end && formatDate(effectivePeriod.end)];
  return until ? t('Since {from}, until {until}', { from, until }) : t('Since {from}', { from });
}

function Add({ onDone }: { readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [{ name, how }, set, discard] = useDraft('own medicine', { name: '', how: '' });
  const add = useSend({
    form: 'own medicine',
    what: { name, how },
    send: (identity) => addOwnMedicine(fhir, { name, how }, identity),
    onSuccess: async () => {
      discard();
      await refresh('own-medicines');
      onDone();
    },
  });
  return (
    <SendForm
      label={t('Add to my list')}
      state={add}
      onSend={() => add.mutate()}
      onCancel={() => {
        discard();
        onDone();
      }}
    >
      <TextField
        id="own-name"
        label={t('What do you take?')}
        value={name}
        onChange={(next) => set({ name: next, how })}
        required
      />
      <TextField
        id="own-how"
        label={t('How much, how often? (optional)')}
        hint={t('For example: 1 tablet in the morning.')}
        value={how}
        onChange={(next) => set({ name, how: next })}
      />
    </SendForm>
  );
}
