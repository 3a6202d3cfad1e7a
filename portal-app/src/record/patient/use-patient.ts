/** The Patient resource of the record that is open, and a change of it that is safe against what the clinic changes meanwhile. */
import type { Patient } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Fhir } from '../../smart/fhir.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { useRefresh } from '../../smart/use-refresh.ts';
import { useAction } from '../../smart/use-send.ts';

export const patientQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['patient', fhir.patient],
    queryFn: () => fhir.read<Patient>('Patient', fhir.patient),
  });

/** `save`: stores what the resource is to be; throws what the person must mend first. */
export function usePatientSaving(save: (fhir: Fhir) => Promise<Patient>, onSaved: () => void) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  return useAction({
    act: () => save(fhir),
    // After a conflict the newest version is read, so that the next save is made for it.
    onSettled: () => refresh('patient', 'glance'),
    onSuccess: onSaved,
  });
}
