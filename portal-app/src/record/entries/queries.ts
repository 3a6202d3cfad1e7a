/** The record, kind by kind: the newest of each in one request, each kind page by page, and one entry. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Fhir, listOf, type Page } from '../../smart/fhir.ts';
import { type Entry, KINDS, type KindName, kindOf } from './kinds.ts';

/** So many of each kind on the first page. */
const FEW = 8;
const PAGE = '30';

export const newestQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['records', fhir.patient],
    queryFn: async () => {
      const kinds = Object.keys(KINDS) as KindName[];
      const answers = await fhir.batch(
        kinds.map(
          (name) =>
            `${name}?${[`patient=${fhir.patient}`, kindOf(name).params, kindOf(name).newest, `_count=${FEW}`].filter(Boolean).join('&')}`,
        ),
      );
      return kinds.map((name, i): Newest => ({ name, entries: listOf<Entry>(answers[i]) }));
    },
  });

export interface Newest {
  readonly name: KindName;
  /** undefined: could not be read. */
  readonly entries: readonly Entry[] | undefined;
}

export const kindQuery = (fhir: Fhir, name: KindName) =>
  infiniteQueryOptions({
    queryKey: ['records', fhir.patient, name],
    queryFn: ({ pageParam }): Promise<Page<Entry>> =>
      pageParam === ''
        ? fhir.search<Entry>(name, {
            patient: fhir.patient,
            ...Object.fromEntries(new URLSearchParams(kindOf(name).params)),
            _count: PAGE,
          })
        : fhir.follow<Entry>(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const entryQuery = (fhir: Fhir, name: KindName, id: string) =>
  queryOptions({ queryKey: ['record', name, id], queryFn: () => fhir.read<Entry>(name, id) });
