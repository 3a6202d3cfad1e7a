/** Results: what is asked of the FHIR API, and how observations become rows. */
import type { DiagnosticReport, Observation, Quantity } from '@medplum/fhirtypes';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { newestFirst } from '../../format/date.ts';
import type { Flag } from '../../format/flag.ts';
import { flagOf } from '../../format/flag-of.ts';
import { dateOf, isPanel, LABORATORY, VITAL_SIGNS } from '../../format/observation.ts';
import { valueIn } from '../../format/quantity.ts';
import { valueText } from '../../format/value.ts';
import { loincCode, testName } from '../../format/words.ts';
import { type Fhir, FhirFailure, isWithdrawn, type Page } from '../../smart/fhir.ts';
import { unusualStatus } from './words.ts';

/** One test with its latest value and what went before. */
export interface TestRow {
  readonly id: string;
  readonly latest: Observation;
  readonly key: string;
  readonly name: string;
  readonly value: string;
  readonly date: string | undefined;
  readonly flag: Flag;
  /** How far it is, where it is not final. */
  readonly status: string | undefined;
  readonly kind: 'labs' | 'vitals';
  /** Oldest first. */
  readonly history: readonly number[];
}

export const observationsQuery = (fhir: Fhir) =>
  infiniteQueryOptions({
    queryKey: ['observations', fhir.patient],
    queryFn: ({ pageParam }): Promise<Page<Observation>> =>
      pageParam === ''
        ? fhir.search<Observation>('Observation', {
            patient: fhir.patient,
            category: `${LABORATORY},${VITAL_SIGNS}`,
            _sort: '-date',
            _count: '150',
          })
        : fhir.follow<Observation>(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** With the results in them, so that each can be shown as it was ordered. */
export const WITH_RESULTS = {
  _include: 'DiagnosticReport:result',
  '_include:iterate': 'Observation:has-member',
};

export const reportsQuery = (fhir: Fhir) =>
  infiniteQueryOptions({
    queryKey: ['reports', fhir.patient],
    queryFn: ({ pageParam }): Promise<Page<DiagnosticReport>> =>
      pageParam === ''
        ? fhir.search<DiagnosticReport>('DiagnosticReport', {
            patient: fhir.patient,
            _sort: '-date',
            _count: '20',
            ...WITH_RESULTS,
          })
        : fhir.follow<DiagnosticReport>(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const observationQuery = (fhir: Fhir, id: string) =>
  queryOptions({ queryKey: ['observation', id], queryFn: () => fhir.read<Observation>('Observation', id) });

/** The same, of the record that is open alone: nothing of another is drawn below this patient's name. */
export const patientsResultQuery = (fhir: Fhir, id: string) =>
  queryOptions({
    queryKey: ['observation', fhir.patient, id],
    queryFn: async () => {
      const found = await fhir.read<Observation>('Observation', id);
      const whose = found.subject?.reference?.split('/').slice(-2).join('/');
      if (whose !== `Patient/${fhir.patient}`) throw new FhirFailure(404);
      return found;
    },
  });

export const reportQuery = (fhir: Fhir, id: string) =>
  queryOptions({
    queryKey: ['report', id],
    queryFn: () => fhir.search<DiagnosticReport>('DiagnosticReport', { _id: id, ...WITH_RESULTS }),
  });

/** The report that a result came with; the newest, where it stands in several. */
export const reportOfQuery = (fhir: Fhir, result: string) =>
  queryOptions({
    queryKey: ['report-of', result],
    queryFn: () =>
      fhir.search<DiagnosticReport>('DiagnosticReport', {
        patient: fhir.patient,
        result: `Observation/${result}`,
        _sort: '-date',
        _count: '1',
      }),
  });

/** Every value of the same test, newest first. */
export const sameTestQuery = (fhir: Fhir, observation: Observation | undefined) => {
  const coding = observation?.code.coding?.find(({ code }) => code !== undefined);
  const code = coding && `${coding.system ?? ''}|${coding.code}`;
  const asked = { patient: fhir.patient, _sort: '-date', _count: '300' };
  return queryOptions({
    queryKey: ['same-test', fhir.patient, code ?? observation?.id],
    queryFn: () =>
      code === undefined
        ? sameWords(fhir, observation as Observation, asked)
        : fhir.search<Observation>('Observation', { ...asked, code }),
    enabled: observation !== undefined,
  });
};

/** Of what a laboratory named by words alone: those of the same words, and itself where a server does not find them. */
async function sameWords(
  fhir: Fhir,
  observation: Observation,
  asked: Readonly<Record<string, string>>,
): Promise<Page<Observation>> {
  const words = (observation.code.text ?? '').trim();
  const found =
    words === ''
      ? undefined
      : await fhir
          .search<Observation>('Observation', { ...asked, 'code:text': words.replace(/[\\,$|]/g, '\\$&') })
          .catch(() => undefined);
  const same = (found?.resources ?? []).filter(({ code }) => code.text?.trim() === words);
  // What was taken back is among no values: a search leaves it out, too.
  const isAmong = isWithdrawn(observation) || same.some(({ id }) => id === observation.id);
  return { resources: isAmong ? same : [observation], included: [], next: undefined };
}

/** The same for values of the same test. */
export const keyOf = ({ code }: Observation): string => loincCode(code) ?? testName(code);

/** What went before of all of them and themselves, newest first. */
export const sameTestsQuery = (fhir: Fhir, results: readonly Observation[]) => {
  const codes = results.flatMap(({ code }) => {
    const coding = code.coding?.[0];
    return coding?.code === undefined ? [] : `${coding.system ?? ''}|${coding.code}`;
  });
  const code = [...new Set(codes)].slice(0, 40).join(',');
  const until = results.map(dateOf).toSorted(newestFirst)[0] ?? '';
  return queryOptions({
    queryKey: ['same-tests', fhir.patient, code, until],
    queryFn: () =>
      fhir.search<Observation>('Observation', {
        patient: fhir.patient,
        code,
        ...(until ? { date: `le${until}` } : {}),
        _sort: '-date',
        _count: '200',
      }),
    enabled: code !== '',
  });
};

/** One row a test, the test with the newest value first. Panels that only hold others together have no row of their own. */
export function testRows(observations: readonly Observation[]): TestRow[] {
  const byTest = new Map<string, Observation[]>();
  for (const observation of observations) {
    if (isPanel(observation)) continue;
    const key = keyOf(observation);
    byTest.set(key, [...(byTest.get(key) ?? []), observation]);
  }
  return [...byTest].map(([key, all]) => testRow(key, all)).sort((a, b) => newestFirst(a.date, b.date));
}

const quantityOf = ({ valueQuantity, component }: Observation): Quantity | undefined =>
  valueQuantity ?? component?.[0]?.valueQuantity;

function testRow(key: string, found: readonly Observation[]): TestRow {
  const all = found.toSorted((a, b) => newestFirst(dateOf(a), dateOf(b)));
  const latest = all[0] as Observation;
  const newest = quantityOf(latest);
  const isVital = latest.category?.some((category) =>
    category.coding?.some(({ code }) => code === 'vital-signs'),
  );
  return {
    id: latest.id as string,
    latest,
    key,
    name: testName(latest.code),
    value: valueText(latest),
    date: dateOf(latest),
    flag: flagOf(latest),
    status: unusualStatus(latest.status),
    kind: isVital ? 'vitals' : 'labs',
    history: all
      .flatMap((each) => {
        const quantity = quantityOf(each);
        return (newest && quantity && valueIn(quantity, newest)) ?? [];
      })
      .slice(0, 8)
      .reverse(),
  };
}
