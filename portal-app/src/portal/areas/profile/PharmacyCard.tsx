/** Where prescriptions go: one of the pharmacies that the clinic knows. */
import type { Organization, Patient } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { t } from '../../../i18n/text.ts';
import { dispensesQuery } from '../../../record/medicines/queries.ts';
import { pharmaciesOf } from '../../../record/medicines/supply.ts';
import { pharmacyOf, withPharmacy } from '../../../record/patient/pharmacy.ts';
import { usePatientChange } from '../../../record/patient/use-patient-change.ts';
import type { Fhir } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Select, SendForm } from '../../../ui/form.tsx';
import { Card, Loaded } from '../../../ui/parts.tsx';

/** By its name: R4 has no code for a pharmacy among the types of organizations. */
const directoryQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['pharmacies'],
    queryFn: () =>
      fhir.search<Organization>('Organization', {
        'name:contains': 'pharmacy,farmacia,drug',
        active: 'true',
        _sort: 'name',
        _count: '100',
      }),
  });

export function PharmacyCard({
  patient,
  canChange,
}: {
  readonly patient: Patient;
  readonly canChange: boolean;
}) {
  const [isEditing, setEditing] = useState(false);
  const pharmacy = pharmacyOf(patient);
  return (
    <Card title={t('Pharmacy')}>
      {isEditing ? (
        <Edit patient={patient} onDone={() => setEditing(false)} />
      ) : (
        <>
          <p>{pharmacy?.name ?? t('None is on record. Choose where your prescriptions should go.')}</p>
          {canChange && (
            <p>
              <button type="button" className="button secondary" onClick={() => setEditing(true)}>
                {t(pharmacy ? 'Change my pharmacy' : 'Choose a pharmacy')}
              </button>
            </p>
          )}
        </>
      )}
    </Card>
  );
}

function Edit({ patient, onDone }: { readonly patient: Patient; readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const directory = useQuery(directoryQuery(fhir));
  const dispenses = useQuery(dispensesQuery(fhir)).data?.resources ?? [];
  const [{ chosen }, change, discard, check] = useChanges('pharmacy', {
    chosen: pharmacyOf(patient)?.reference ?? '',
  });
  const done = (): void => {
    discard();
    onDone();
  };
  const known = [
    ...pharmaciesOf(dispenses),
    ...(directory.data?.resources ?? []).map(({ id, name = '' }) => ({
      reference: `Organization/${id}`,
      name,
    })),
  ];
  const pharmacies = [...new Map(known.map((each) => [each.reference, each])).values()];
  const save = usePatientChange(
    patient,
    async () => {
      await check({ chosen: ['pharmacy', pharmacyOf(patient)?.name ?? ''] });
      return withPharmacy(
        patient,
        pharmacies.find(({ reference }) => reference === chosen),
      );
    },
    done,
  );
  return (
    <Loaded query={directory}>
      {() => (
        <SendForm label={t('Save')} state={save} onSend={() => save.mutate()} onCancel={done}>
          <Select
            id="pharmacy"
            label={t('Pharmacy')}
            value={chosen}
            onChange={(next) => change({ chosen: next })}
            options={[
              ['', t('None')] as const,
              ...pharmacies.map(({ reference, name }) => [reference, name] as const),
            ]}
          />
        </SendForm>
      )}
    </Loaded>
  );
}
