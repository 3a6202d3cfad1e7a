/** Whose record is open, and who looks at it: what every page of it must say. */
import type { Patient, RelatedPerson } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { relationWords } from '../../format/relation.ts';
import { firstName, nameText, officialName } from '../../format/words.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { glanceQuery } from '../glance/queries.ts';

export interface Whose {
  /** '' until it is known, or where it could not be read. */
  readonly name: string;
  readonly isOwn: boolean;
  /** A `data:` address. */
  readonly picture: string | undefined;
  /** Who is signed in: the first name, and what they are to the patient; where it is known, and not the patient. */
  readonly reader: { readonly firstName: string | undefined; readonly relation: string | undefined };
}

const readerQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['reader', fhir.self],
    queryFn: () => fhir.read<RelatedPerson>('RelatedPerson', fhir.self.split('/')[1] ?? ''),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const isOwnRecord = (fhir: Fhir): boolean => fhir.self === `Patient/${fhir.patient}`;

export function useWhose(fhir: Fhir): Whose {
  const patient = useQuery(glanceQuery(fhir)).data?.patient;
  const isRelated = fhir.self.startsWith('RelatedPerson/');
  const reader = useQuery({ ...readerQuery(fhir), enabled: isRelated }).data;
  return whoseOf(patient, isRelated ? reader : undefined, isOwnRecord(fhir));
}

export function whoseOf(
  patient: Patient | undefined,
  reader: RelatedPerson | undefined,
  isOwn: boolean,
): Whose {
  const relation = reader?.relationship?.find(({ text, coding }) => text || coding?.[0]?.display);
  return {
    name: patient ? nameText(officialName(patient)) : '',
    isOwn,
    picture: pictureOf(patient),
    reader: {
      firstName: first(isOwn ? patient : reader),
      relation: relation && relationWords(relation),
    },
  };
}

const first = (person: Patient | RelatedPerson | undefined): string | undefined =>
  person?.name && firstName(officialName(person));

/** A picture of a kind that a browser draws without running anything, where it is in the record itself. */
function pictureOf(patient: Patient | undefined): string | undefined {
  const found = patient?.photo?.find(
    ({ data, contentType = '' }) => data && /^image\/(png|jpeg|webp|gif)$/.test(contentType),
  );
  return found && `data:${found.contentType};base64,${found.data}`;
}
