/** Whoever is signed in, as what they write names them. */
import type { Practitioner, Reference } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { nameText, officialName } from '../../format/words.ts';
import { useSignedIn } from '../../smart/SessionProvider.tsx';
import { selfQuery } from './queries.ts';

/** A reference to their Practitioner, with the name that stands beside it. */
export type By = Reference<Practitioner>;

export function useBy(): By {
  const { fhir } = useSignedIn();
  const self = useQuery(selfQuery(fhir)).data;
  const reference = fhir.self as `Practitioner/${string}`;
  return self ? { reference, display: nameText(officialName(self)) } : { reference };
}
