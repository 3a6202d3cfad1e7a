/** Reads how the clinic of the record that is open is reached, and keeps it for whatever speaks of the clinic. */
import { useQuery } from '@tanstack/react-query';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { glanceQuery } from '../glance/queries.ts';
import { clinicQuery, organizationOf } from './contact.ts';

export function useClinicOfRecord(): void {
  const { fhir } = usePortal();
  const organization = organizationOf(useQuery(glanceQuery(fhir)).data?.patient);
  useQuery({ ...clinicQuery(fhir, organization ?? ''), enabled: organization !== undefined });
}
