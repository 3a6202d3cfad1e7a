/** The clinic at which whoever is signed in works, kept for whatever speaks of it: by its clock are the times of the desk. */
import { useQuery } from '@tanstack/react-query';
import { type ClinicContact, useClinic } from '../../device/clinic.ts';
import { useSignedIn } from '../../smart/SessionProvider.tsx';
import { clinicQuery } from '../clinic/contact.ts';
import { ownRolesQuery } from './queries.ts';

/** `isWaiting`: nothing is known of it at this device yet, and it is being asked. */
export function useClinicOfStaff(): {
  readonly clinic: ClinicContact | undefined;
  readonly isWaiting: boolean;
} {
  const { fhir } = useSignedIn();
  const clinic = useClinic();
  const roles = useQuery(ownRolesQuery(fhir));
  const organization = roles.data
    ?.map((role) => role.organization?.reference)
    .find((reference) => reference?.startsWith('Organization/'));
  const { isFetched } = useQuery({
    ...clinicQuery(fhir, organization ?? ''),
    enabled: organization !== undefined,
  });
  // What was refused is asked again by each that wants it: waited for is the first answer alone.
  const isAsked = !roles.isFetched || (organization !== undefined && !isFetched);
  return { clinic, isWaiting: clinic === undefined && isAsked };
}
