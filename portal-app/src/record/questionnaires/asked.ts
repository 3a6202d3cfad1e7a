/** Which questions are asked now (https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen), and what they begin with. */
import type {
  Coding,
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireItemEnableWhen,
  QuestionnaireResponseItemAnswer,
  ValueSet,
  ValueSetExpansionContains,
} from '@medplum/fhirtypes';
import { t } from '../../i18n/text.ts';
import { type Answers, answersOf, given, isChoice, isUnasked, problemOf } from './answers.ts';

const HIDDEN = 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden';

/** Items, each followed by those inside of it. */
export const itemsBelow = (items: readonly QuestionnaireItem[] = []): QuestionnaireItem[] =>
  items.flatMap((item) => [item, ...itemsBelow(item.item)]);

const isHidden = ({ extension = [] }: QuestionnaireItem): boolean =>
  extension.some(({ url, valueBoolean }) => url === HIDDEN && valueBoolean === true);

/** Groups, texts and questions of one place that a person sees now; what the clinic fills in is none of them. */
export function shownItems(
  questionnaire: Questionnaire,
  items: readonly QuestionnaireItem[] | undefined,
  answers: Answers,
): QuestionnaireItem[] {
  return (items ?? []).filter(
    (item) => !item.readOnly && !isHidden(item) && isEnabled(questionnaire, item, answers),
  );
}

/** The questions that are asked now, in order, wherever they stand. What stands below a question is asked once that is answered. */
export function askedItems(questionnaire: Questionnaire, answers: Answers): QuestionnaireItem[] {
  const asked = (items: readonly QuestionnaireItem[] | undefined): QuestionnaireItem[] =>
    shownItems(questionnaire, items, answers).flatMap((item) => {
      if (item.type === 'display') return [];
      if (item.type === 'group') return asked(item.item);
      return [item, ...(answersOf(item, given(answers, item.linkId)).length > 0 ? asked(item.item) : [])];
    });
  return asked(questionnaire.item);
}

export const missingItems = (questionnaire: Questionnaire, answers: Answers): QuestionnaireItem[] =>
  askedItems(questionnaire, answers).filter(
    (item) => item.required && !isUnasked(item) && given(answers, item.linkId).trim() === '',
  );

/** By linkId: what is missing or can't be an answer, in words. */
export function problemsOf(questionnaire: Questionnaire, answers: Answers): Readonly<Record<string, string>> {
  const missing = missingItems(questionnaire, answers).map(
    ({ linkId }) => [linkId, t('Please answer this.')] as const,
  );
  const wrong = askedItems(questionnaire, answers).flatMap((item) => {
    const problem = problemOf(item, given(answers, item.linkId));
    return problem === undefined ? [] : [[item.linkId, problem] as const];
  });
  return Object.fromEntries([...missing, ...wrong]);
}

export function isEnabled(questionnaire: Questionnaire, item: QuestionnaireItem, answers: Answers): boolean {
  const { enableWhen = [], enableBehavior } = item;
  if (enableWhen.length === 0) return true;
  const all = itemsBelow(questionnaire.item);
  const holds = (when: QuestionnaireItemEnableWhen): boolean => {
    const asked = all.find(({ linkId }) => linkId === when.question);
    return isMet(when, asked ? answersOf(asked, given(answers, asked.linkId)) : []);
  };
  return enableBehavior === 'any' ? enableWhen.some(holds) : enableWhen.every(holds);
}

/** The one member that a choice of types is. */
const valueIn = (of: object, prefix: string): unknown =>
  Object.entries(of).find(([name]) => name.startsWith(prefix))?.[1];

function isMet(
  when: QuestionnaireItemEnableWhen,
  answers: readonly QuestionnaireResponseItemAnswer[],
): boolean {
  const expected = valueIn(when, 'answer');
  const values = answers.map((each) => valueIn(each, 'value'));
  switch (when.operator) {
    case 'exists':
      return expected === values.length > 0;
    case '!=':
      return values.some((value) => !isSame(value, expected));
    case '>':
      return values.some((value) => order(value, expected) > 0);
    case '<':
      return values.some((value) => order(value, expected) < 0);
    case '>=':
      return values.some((value) => order(value, expected) >= 0);
    case '<=':
      return values.some((value) => order(value, expected) <= 0);
    default:
      return values.some((value) => isSame(value, expected));
  }
}

interface Valued {
  readonly system?: string;
  readonly code?: string;
  readonly value?: number;
  readonly reference?: string;
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other || order(one, other) === 0;
  const [a, b] = [one as Valued, other as Valued];
  const isOneSystem = a.system === undefined || b.system === undefined || a.system === b.system;
  return isOneSystem && a.code === b.code && a.value === b.value && a.reference === b.reference;
}

/** Below, at or above 0 as `one` is before, the same as or after `other`; NaN where neither is so. */
function order(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') {
    const isInstant = one.includes('T') && other.includes('T');
    if (isInstant) return Date.parse(one) - Date.parse(other);
    return one < other ? -1 : Number(one > other);
  }
  const [a, b] = [one as Valued | undefined, other as Valued | undefined];
  const isOneUnit = a?.code === b?.code && a?.system === b?.system;
  return isOneUnit && a?.value !== undefined && b?.value !== undefined ? a.value - b.value : Number.NaN;
}

/** What a question may be answered with, of an expansion: groups in it are no answer, and neither is what is not used any more. */
export const expandedOf = (contains: readonly ValueSetExpansionContains[] = []): Coding[] =>
  contains.flatMap(({ system, code, display, abstract, inactive, contains: below }) => [
    ...(code === undefined || abstract || inactive
      ? []
      : [{ ...(system && { system }), code, ...(display && { display }) }]),
    ...expandedOf(below),
  ]);

/** The value sets that its questions name and it does not hold. */
export const setsElsewhere = ({ item }: Questionnaire): string[] => [
  ...new Set(
    itemsBelow(item).flatMap(({ answerOption, answerValueSet }) =>
      answerOption || !answerValueSet || answerValueSet.startsWith('#') ? [] : answerValueSet,
    ),
  ),
];

/** The questionnaire as the form needs it: options of a value set that it holds itself, or that was expanded for it, stand at the question. `elsewhere`: by canonical URL. */
export function withOptions(
  questionnaire: Questionnaire,
  elsewhere: ReadonlyMap<string, ValueSet> = new Map(),
): Questionnaire {
  const optionsOf = (address: string) => {
    const held = elsewhere.get(address) ?? questionnaire.contained?.find(({ id }) => address === `#${id}`);
    if (held?.resourceType !== 'ValueSet') return undefined;
    const expanded = held.expansion && expandedOf(held.expansion.contains);
    const listed = held.compose?.include?.flatMap(({ system, concept = [] }) =>
      concept.map(({ code, display }) => ({ system, code, display })),
    );
    return (expanded ?? listed)?.map((coding) => ({
      valueCoding: Object.fromEntries(Object.entries(coding).filter(([, value]) => value !== undefined)),
    }));
  };
  const resolved = (item: QuestionnaireItem): QuestionnaireItem => {
    const options = item.answerOption ? undefined : optionsOf(item.answerValueSet ?? '');
    return {
      ...item,
      ...(options ? { answerOption: options } : {}),
      ...(item.item ? { item: item.item.map(resolved) } : {}),
    };
  };
  return questionnaire.item ? { ...questionnaire, item: questionnaire.item.map(resolved) } : questionnaire;
}

/** What the clinic has put in to begin with (`initial`, `initialSelected`). */
export function startOf({ item }: Questionnaire): Answers {
  return Object.fromEntries(
    itemsBelow(item).flatMap((each) => {
      const start = each.readOnly ? '' : startText(each);
      return start === '' ? [] : [[each.linkId, start]];
    }),
  );
}

function startText(item: QuestionnaireItem): string {
  const first = item.initial?.map((each) => valueIn(each, 'value')) ?? [];
  if (isChoice(item)) {
    const places = (item.answerOption ?? []).flatMap((option, place) => {
      const value = valueIn(option, 'value');
      return option.initialSelected || first.some((each) => isSame(each, value)) ? [place] : [];
    });
    return (item.repeats ? places : places.slice(0, 1)).join(',');
  }
  const [value] = first;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && item.type !== 'dateTime' ? value : '';
}
