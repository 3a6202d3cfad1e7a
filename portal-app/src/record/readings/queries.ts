/** What was measured at home, and by the clinic beside it: page by page of one kind, and the last of each. */
import type { Observation } from '@medplum/fhirtypes';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { newestFirst } from '../../format/date.ts';
import { dateOf, isFromHome } from '../../format/observation.ts';
import { type Fhir, listOf, type Page } from '../../smart/fhir.ts';
import { KIND_NAMES, KINDS, type KindName, PULSE } from './kinds.ts';
import { kindOfObservation, readingOf } from './reading.ts';

const PAGE = '200';

/** Search value of `code`: every code of the kind. */
export const codesOfKind = (kind: KindName): string =>
  [...new Set(KINDS[kind].units.flatMap(({ loinc }) => loinc.map(([code]) => code)))]
    .map((code) => `http://loinc.org|${code}`)
    .join(',');

export const readingsQuery = (fhir: Fhir, kind: KindName) =>
  infiniteQueryOptions({
    queryKey: ['readings', fhir.patient, kind],
    queryFn: ({ pageParam }): Promise<Page<Observation>> =>
      pageParam === ''
        ? fhir.search<Observation>('Observation', {
            patient: fhir.patient,
            // A pulse was counted with the pressure.
            code:
              kind === 'blood-pressure'
                ? `${codesOfKind(kind)},http://loinc.org|${PULSE[0]}`
                : codesOfKind(kind),
            _sort: '-date',
            _count: PAGE,
          })
        : fhir.follow<Observation>(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export interface Shown {
  readonly id: string | undefined;
  readonly observation: Observation;
  /** That was counted at the same moment as a blood pressure. */
  readonly pulse: Observation | undefined;
}

/** Of one kind, newest first; a pulse belongs to what was measured at the same moment. */
export function shownOf(kind: KindName, all: readonly Observation[]): readonly Shown[] {
  const of = (name: KindName): readonly Observation[] =>
    all.filter((each) => kindOfObservation(each) === name);
  const pulses = new Map(
    kind === 'blood-pressure' ? of('pulse').map((each) => [dateOf(each), each] as const) : [],
  );
  return of(kind)
    .toSorted((a, b) => newestFirst(dateOf(a), dateOf(b)))
    .map((observation) => {
      const at = dateOf(observation);
      return {
        id: observation.id,
        observation,
        pulse: at === undefined ? undefined : pulses.get(at),
      };
    });
}

/** The unit and the arm that they used last, to be offered again. */
export function lastUsed(all: readonly Shown[]): { readonly unit?: string; readonly arm?: string } {
  const own = all.find(({ observation }) => isFromHome(observation));
  const reading = own && readingOf(own.observation);
  return reading ? { unit: reading.unit, ...(reading.arm ? { arm: reading.arm } : {}) } : {};
}

/** The newest of each kind. */
export const lastReadingsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['readings', fhir.patient],
    queryFn: async () => {
      const answers = await fhir.batch(
        KIND_NAMES.map(
          (kind) =>
            `Observation?${new URLSearchParams({
              patient: fhir.patient,
              code: codesOfKind(kind),
              _sort: '-date',
              _count: '1',
            })}`,
        ),
      );
      return KIND_NAMES.map((kind, i) => ({ kind, last: listOf<Observation>(answers[i])?.[0] }));
    },
  });

/** The newest that were measured at home, of all kinds. */
export const homeReadingsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['readings', fhir.patient, 'home'],
    queryFn: async () => {
      const { resources } = await fhir.search<Observation>('Observation', {
        patient: fhir.patient,
        code: KIND_NAMES.map(codesOfKind).join(','),
        _sort: '-date',
        _count: PAGE,
      });
      return resources
        .filter(isFromHome)
        .flatMap((observation) => {
          const kind = kindOfObservation(observation);
          return kind ? [{ kind, observation }] : [];
        })
        .slice(0, 50);
    },
  });
