import { useQuery } from '@tanstack/react-query';
import { rightsQuery } from '../../smart/rights.ts';
import { useSignedIn } from '../../smart/SessionProvider.tsx';
import { findsOf } from './reach.ts';

/** Whether a type is for the role of whoever is signed in: of what is not, nobody says that it could not be read. */
export function useFinds(): (type: string) => boolean {
  const { fhir } = useSignedIn();
  return findsOf(useQuery(rightsQuery(fhir)).data ?? null, fhir);
}
