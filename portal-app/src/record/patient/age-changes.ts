/** What the clinic's age policy changes for those who act for a child ($age-rules): of the reader's own access, or of what parents see of the reader's record. */
import type { Parameters } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Fhir } from '../../smart/fhir.ts';
import { isOwnRecord } from './whose.ts';

export interface AgeChange {
  /** YYYY-MM-DD */
  readonly on: string;
  readonly isEnd: boolean;
  readonly hasLabels: boolean;
  /** Resource types that are withheld whole. */
  readonly types: readonly string[];
}

/** Most who are told are told a month before; the page says it a little earlier. */
const SOON_DAYS = 60;

export const ageChangesQuery = (fhir: Fhir) => {
  const [type = '', id = ''] = isOwnRecord(fhir) ? ['Patient', fhir.patient] : fhir.self.split('/');
  return queryOptions({
    queryKey: ['age-changes', fhir.self, fhir.patient],
    enabled: (type === 'Patient' || type === 'RelatedPerson') && fhir.offers(type, '$age-rules'),
    queryFn: async () =>
      changesIn(await fhir.operation<Parameters>({ type, id, name: '$age-rules', parameter: [] })),
  });
};

/** In the order of their days; what begins with birth is no change. */
export function changesIn({ parameter = [] }: Parameters): AgeChange[] {
  return parameter
    .filter(({ name }) => name === 'change')
    .map(({ part = [] }) => ({
      on: part.find(({ name }) => name === 'on')?.valueDate ?? '',
      from: part.find(({ name }) => name === 'from')?.valueUnsignedInt,
      isEnd: part.some(({ name, valueBoolean }) => name === 'ended' && valueBoolean === true),
      hasLabels: part.some(({ name }) => name === 'label'),
      types: part.flatMap(({ name, valueCode }) => (name === 'type' && valueCode ? valueCode : [])),
    }))
    .filter(({ on, from }) => /^\d{4}-\d{2}-\d{2}$/.test(on) && from !== 0)
    .map(({ from: _, ...change }) => change)
    .toSorted((a, b) => a.on.localeCompare(b.on));
}

/** `today`: YYYY-MM-DD of the clinic. */
export const coming = (changes: readonly AgeChange[], today: string): AgeChange[] =>
  changes.filter(({ on }) => on > today);

export const isSoon = ({ on }: Pick<AgeChange, 'on'>, today: string): boolean =>
  Date.parse(on) - Date.parse(today) <= SOON_DAYS * 86_400_000;
