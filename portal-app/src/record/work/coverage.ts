/** Insurance decided: what was handed in beside what is on record, taken over element by element. */
import type { Coverage, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { formatDate } from '../../format/date.ts';
import { saidOrKind } from '../../format/kind-words.ts';
import { idOf } from '../../format/reference.ts';
import type { Text } from '../../i18n/text.ts';
import type { Change, Fhir, FhirApi } from '../../smart/fhir.ts';
import { coveragesQuery } from '../insurance/insurance.ts';
import type { By } from '../staff/use-by.ts';
import { messageOf, sentWith } from './answer.ts';
import { decide, decided } from './decide.ts';

export const handedInQuery = (fhir: Fhir, task: Task) =>
  queryOptions({
    ...coveragesQuery(fhir),
    select: ({ resources }) => {
      const id = idOf(task.focus, 'Coverage');
      const draft = resources.find((each) => each.id === id);
      return draft ? { draft, current: resources.filter(({ status }) => status === 'active') } : null;
    },
  });

type Element = 'payor' | 'subscriberId' | 'class' | 'period';

/** What is compared, with its words. */
const ELEMENTS: readonly (readonly [element: Element, label: Text, words: (coverage: Coverage) => string])[] =
  [
    ['payor', 'Insurer', ({ payor }) => payor.map(saidOrKind).join(', ')],
    ['subscriberId', 'Member number', ({ subscriberId }) => subscriberId ?? ''],
    ['class', 'Group', (coverage) => (coverage.class ?? []).map(({ value }) => value).join(', ')],
    [
      'period',
      'Valid',
      ({ period }) => [period?.start, period?.end].flatMap((day) => (day ? formatDate(day) : [])).join(' – '),
    ],
  ];

export interface Difference {
  readonly element: Element;
  readonly label: Text;
  readonly before: string;
  readonly after: string;
}

/** Elements that either says; without one on record, all that was handed in. */
export const differences = (draft: Coverage, current: Coverage | undefined): readonly Difference[] =>
  ELEMENTS.map(([element, label, words]) => ({
    element,
    label,
    before: current ? words(current) : '',
    after: words(draft),
  })).filter(({ before, after }) => before !== '' || after !== '');

/** What was not handed in stays as it is on record, unless somebody says otherwise: who sends a new number says nothing of the group. */
export function keptAtFirst(rows: readonly Difference[]): readonly string[] {
  const insurer = rows.find(({ element }) => element === 'payor');
  // The group and the dates of one insurer are nothing of another's.
  if (insurer && insurer.after !== '' && folded(insurer.after) !== folded(insurer.before)) return [];
  return rows.flatMap(({ element, after }) => (after === '' ? [element] : []));
}

/** As somebody at home types it: "medicare " is "Medicare", "Medica" is "Médica". */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();

/** By name, and by reference: nobody types that, and `plan-1` is not `plan1`. */
const insurersOf = ({ payor }: Coverage): readonly string[] =>
  payor.flatMap(({ display = '', reference = '' }) =>
    [folded(display), reference].filter((each) => each !== ''),
  );

const numberOf = ({ subscriberId }: Coverage): string => folded(subscriberId ?? '');

const typesOf = ({ type }: Coverage): readonly string[] =>
  (type?.coding ?? []).map(({ system, code }) => `${system}|${code}`);

/** Both say what kind of plan they are, and it is another: a drug plan takes no place of a medical one. */
function isOtherType(a: Coverage, b: Coverage): boolean {
  const [own, others] = [typesOf(a), typesOf(b)];
  return own.length > 0 && others.length > 0 && !own.some((each) => others.includes(each));
}

/**
 * Which of those on record it takes the place of, as far as can be told: one of the same insurer and kind, that of the same member number first. undefined: none, it is
 * added; who has a second insurance keeps the first, unless a colleague says otherwise.
 */
export function replacedBy(draft: Coverage, all: readonly Coverage[]): Coverage | undefined {
  const named = new Set(insurersOf(draft));
  const same = all.filter(
    (each) => insurersOf(each).some((one) => named.has(one)) && !isOtherType(draft, each),
  );
  const number = numberOf(draft);
  return same.find((each) => number !== '' && numberOf(each) === number) ?? same[0];
}

export interface Insurance {
  readonly by: By;
  readonly draft: Coverage;
  /** What it takes the place of; undefined: it is added. */
  readonly current: Coverage | undefined;
  /** Elements that are not taken over. */
  readonly kept: readonly string[];
  readonly identity: string;
}

export function approveInsurance(
  fhir: FhirApi,
  task: Task,
  { by, draft, current, kept, identity }: Insurance,
): Promise<void> {
  const before = Object.fromEntries(kept.map((element) => [element, current?.[element as Element]]));
  const approved = Object.fromEntries(
    Object.entries({ ...draft, ...before, status: 'active' }).filter(([, value]) => value !== undefined),
  ) as unknown as Coverage;
  const over: Change[] = current
    ? [{ resource: { ...current, status: 'cancelled' } satisfies Coverage }]
    : [];
  return decide(
    fhir,
    decided(task, by, { status: 'completed' }),
    [{ resource: approved }, ...over],
    identity,
  );
}

/** The reason goes to the patient as a message: a Coverage has no place for it. */
export function declineInsurance(
  fhir: FhirApi,
  task: Task,
  {
    by,
    draft,
    reason,
    topic,
    identity,
  }: {
    readonly by: By;
    readonly draft: Coverage;
    readonly reason: string;
    readonly topic: string;
    readonly identity: string;
  },
): Promise<void> {
  const message = messageOf(task, by, { topic, text: reason }, undefined);
  const { change, output } = sentWith(task, message, identity);
  return decide(
    fhir,
    decided(task, by, { status: 'rejected', reason, output }),
    [{ resource: { ...draft, status: 'cancelled' } satisfies Coverage }, change],
    identity,
  );
}
