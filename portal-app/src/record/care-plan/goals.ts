/** A goal as a person asks for it: what was agreed, until when, where I am now, and how it went. */
import type { Goal, GoalTarget, Observation, Quantity } from '@medplum/fhirtypes';
import { formatDate, newestFirst } from '../../format/date.ts';
import { dateOf, isFromHome } from '../../format/observation.ts';
import { quantityText, valueIn } from '../../format/quantity.ts';
import { lookUp } from '../../format/table.ts';
import { valueText } from '../../format/value.ts';
import { durationText } from '../../format/when.ts';
import { conceptText, testName } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { boundsOf, boundsWords, isMetBy } from '../results/goal.ts';

export interface GoalView {
  readonly id: string | undefined;
  readonly name: string;
  readonly state: { readonly words: string; readonly kind: 'ok' | 'warn' | 'plain' } | undefined;
  readonly since: string | undefined;
  readonly targets: readonly Target[];
  readonly notes: readonly string[];
}

export interface Target {
  /** "at most 76 kg"; what is agreed in words. */
  readonly words: string | undefined;
  readonly due: string | undefined;
  readonly now: Now | undefined;
}

export interface Now {
  /** "78.2 kg" */
  readonly words: string;
  readonly value: number;
  readonly date: string | undefined;
  readonly isFromHome: boolean;
  /** In the unit of the value. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** The value and what was agreed, as they were written. */
  readonly digits: readonly Quantity[];
  /** undefined: nobody can tell. */
  readonly isMet: boolean | undefined;
  /** Oldest first. */
  readonly history: readonly number[];
}

const ACHIEVEMENT: Readonly<Record<string, readonly [Text, 'ok' | 'warn' | 'plain']>> = {
  'in-progress': ['Under way', 'plain'],
  improving: ['Getting better', 'ok'],
  worsening: ['Getting worse', 'warn'],
  'no-change': ['No change', 'plain'],
  achieved: ['Reached', 'ok'],
  sustaining: ['Reached, and kept', 'ok'],
  'not-achieved': ['Not reached', 'warn'],
  'no-progress': ['No progress yet', 'plain'],
  'not-attainable': ['Not within reach', 'plain'],
};

const LIFECYCLE: Readonly<Record<string, readonly [Text, 'ok' | 'warn' | 'plain']>> = {
  proposed: ['Proposed', 'plain'],
  planned: ['Planned', 'plain'],
  accepted: ['Agreed', 'plain'],
  'on-hold': ['On hold', 'plain'],
  completed: ['Done', 'ok'],
  cancelled: ['Cancelled', 'plain'],
};

/** `system|code` of all that a goal's targets measure. */
export const measuresOf = ({ target = [] }: Goal): readonly string[] =>
  target.flatMap(({ measure }) => codesOf(measure?.coding));

const codesOf = (
  coding: readonly { readonly system?: string; readonly code?: string }[] = [],
): readonly string[] => coding.flatMap(({ system, code }) => (code ? [`${system ?? ''}|${code}`] : []));

/** Goals that were given up or refused are not what is aimed at. */
export const isAimedAt = ({ lifecycleStatus }: Goal): boolean =>
  !['cancelled', 'rejected', 'entered-in-error'].includes(lifecycleStatus);

/** `values`: newest first. */
export function goalView(goal: Goal, values: readonly Observation[]): GoalView {
  const { achievementStatus, lifecycleStatus, target = [] } = goal;
  const code = achievementStatus?.coding?.find((each) => lookUp(ACHIEVEMENT, each.code))?.code;
  const known = lookUp(ACHIEVEMENT, code) ?? lookUp(LIFECYCLE, lifecycleStatus);
  return {
    id: goal.id,
    name: conceptText(goal.description),
    state: known && { words: t(known[0]), kind: known[1] },
    since: goal.startDate,
    targets: target
      .map((each) => targetOf(each, values))
      .filter(({ words, due, now }) => words ?? due ?? now),
    notes: (goal.note ?? []).flatMap(({ text }) => text ?? []),
  };
}

/** What is agreed, in whichever type it came (https://hl7.org/fhir/R4/goal-definitions.html#Goal.target.detail_x_); a number needs what it counts. */
export function targetWords({ measure, ...detail }: GoalTarget): string | undefined {
  const range = detail.detailRange ?? boundsOf(detail.detailQuantity);
  if (range?.low?.value !== undefined || range?.high?.value !== undefined)
    return boundsWords(range.low, range.high);
  const words =
    detail.detailString ??
    (detail.detailCodeableConcept && conceptText(detail.detailCodeableConcept)) ??
    plainWords(detail);
  return words && measure ? t('{name}: {value}', { name: testName(measure), value: words }) : words;
}

function plainWords({ detailInteger, detailBoolean, detailRatio }: GoalTarget): string | undefined {
  if (detailInteger === undefined && detailBoolean === undefined && !detailRatio) return undefined;
  return valueText({
    ...(detailInteger === undefined ? {} : { valueInteger: detailInteger }),
    ...(detailBoolean === undefined ? {} : { valueBoolean: detailBoolean }),
    ...(detailRatio ? { valueRatio: detailRatio } : {}),
  });
}

function targetOf(target: GoalTarget, values: readonly Observation[]): Target {
  const { detailQuantity, detailRange, dueDate, dueDuration, measure } = target;
  const within = durationText(dueDuration);
  return {
    words: targetWords(target),
    due: dueDate
      ? t('by {date}', { date: formatDate(dueDate) })
      : within && t('within {time}', { time: within }),
    now: nowOf(codesOf(measure?.coding), detailRange ?? boundsOf(detailQuantity), values),
  };
}

function nowOf(
  codes: readonly string[],
  range: { readonly low?: Quantity; readonly high?: Quantity } | undefined,
  values: readonly Observation[],
): Now | undefined {
  const measured = values
    .flatMap((observation) => {
      const quantity = measuredAs(observation, codes);
      return quantity?.value === undefined ? [] : [{ observation, quantity, value: quantity.value }];
    })
    .toSorted((a, b) => newestFirst(dateOf(a.observation), dateOf(b.observation)));
  const [latest] = measured;
  if (!latest) return undefined;
  const { observation, quantity, value } = latest;
  const [low, high] = [range?.low, range?.high].map((edge) => edge && valueIn(edge, quantity));
  return {
    words: quantityText(quantity),
    value,
    date: dateOf(observation),
    isFromHome: isFromHome(observation),
    low,
    high,
    digits: [quantity, range?.low, range?.high].filter((each) => each !== undefined),
    isMet: isMetBy(quantity, low, high),
    history: measured
      .flatMap((each) => valueIn(each.quantity, quantity) ?? [])
      .slice(0, 8)
      .reverse(),
  };
}

/** The value of the resource, or of the part of it, that has one of these codes. */
function measuredAs(observation: Observation, codes: readonly string[]): Quantity | undefined {
  const parts = [observation, ...(observation.component ?? [])];
  const found = parts.find(({ code }) => codesOf(code?.coding).some((each) => codes.includes(each)));
  return found?.valueQuantity;
}

/** What is drawn, in a sentence. */
export function nowWords({ words, date, isFromHome: atHome }: Now): string {
  return t(atHome ? 'Now {value}, measured at home on {date}.' : 'Now {value}, measured on {date}.', {
    value: words,
    date: formatDate(date),
  });
}
