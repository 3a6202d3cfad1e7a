/** Whether an item is asked, given the answers to other items (https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen). */
import { deepEqual } from '../../fhirpath/compare.ts';
import { choiceOf, type TypedValue } from '../structure/choice.ts';
import { compareValues } from './compare-values.ts';
import type { Context } from './context.ts';
import {
  type Answer,
  type EnableWhen,
  EXTENSIONS,
  extensionValues,
  isAnswered,
  type QuestionnaireItem,
  type ResponseItem,
} from './questionnaire.ts';

/** The items of one level: what is asked there, and what is given in this instance of it. */
export interface Scope {
  readonly asked: readonly QuestionnaireItem[];
  readonly given: readonly ResponseItem[];
}

/** From the innermost to the outermost: where the answer that a condition asks for is looked for. */
export type Scopes = readonly Scope[];

/** undefined where it can't be told: an expression decides, or values can't be compared. */
export function isEnabled(context: Context, item: QuestionnaireItem, scopes: Scopes): boolean | undefined {
  if (extensionValues(item, EXTENSIONS.enableWhenExpression).length > 0) return undefined;
  const conditions = item.enableWhen ?? [];
  if (conditions.length === 0) return true;
  const results = conditions.map((each) => {
    const answers = answersTo(each.question, scopes);
    context.spend(scopes.length + (answers?.length ?? 0));
    return answers && holds(each, answers);
  });
  const decisive = item.enableBehavior === 'any';
  if (results.includes(decisive)) return decisive;
  return results.includes(undefined) ? undefined : !decisive;
}

/**
 * Answers of the question nearest to the item: in the same instance of a repeated group first. undefined where this instance has none, and another one has: whether that
 * one is meant R4 leaves open.
 */
function answersTo(linkId: string, scopes: Scopes): readonly Answer[] | undefined {
  let isSkipped = false;
  for (const { asked, given } of scopes) {
    const found = answersIn(given).get(linkId);
    if (found) return isSkipped ? undefined : found;
    isSkipped ||= linkIdsOf(asked).has(linkId);
  }
  return [];
}

const asks = new WeakMap<readonly QuestionnaireItem[], ReadonlySet<string>>();

/** Of a list and all below it; made once a list. */
export function linkIdsOf(items: readonly QuestionnaireItem[]): ReadonlySet<string> {
  const before = asks.get(items);
  if (before) return before;
  const found = new Set<string>();
  const walk = (list: readonly QuestionnaireItem[]): void => {
    for (const { linkId, item = [] } of list) {
      found.add(linkId);
      walk(item);
    }
  };
  walk(items);
  asks.set(items, found);
  return found;
}

/** By the question, of everything that stands in a list; made once a list, which is asked for each condition. */
const known = new WeakMap<readonly ResponseItem[], Map<string, Answer[]>>();

function answersIn(items: readonly ResponseItem[]): ReadonlyMap<string, readonly Answer[]> {
  const before = known.get(items);
  if (before) return before;
  const found = new Map<string, Answer[]>();
  const walk = (list: readonly ResponseItem[]): void => {
    for (const { linkId, answer = [], item = [] } of list) {
      const given = found.get(linkId) ?? [];
      for (const each of answer) given.push(each);
      found.set(linkId, given);
      walk(item);
      for (const each of answer) walk(each.item ?? []);
    }
  };
  walk(items);
  known.set(items, found);
  return found;
}

function holds(condition: EnableWhen, answers: readonly Answer[]): boolean | undefined {
  const wanted = choiceOf(condition, 'answer');
  if (!wanted) return undefined;
  if (condition.operator === 'exists') return answers.some(isAnswered) === wanted.value;
  const results = answers.flatMap((answer) => {
    const given = choiceOf(answer, 'value');
    return given ? [compared(condition.operator, given, wanted)] : [];
  });
  // Whether one other answer is enough or no answer may be the same is told in two ways (https://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html).
  if (condition.operator === '!=' && new Set(results).size !== 1) return undefined;
  if (results.includes(true)) return true;
  return results.includes(undefined) ? undefined : false;
}

function compared(operator: string, given: TypedValue, wanted: TypedValue): boolean | undefined {
  if (operator === '=') return isSame(given, wanted);
  if (operator === '!=') return !isSame(given, wanted);
  const difference = compareValues(given, wanted);
  if (difference === undefined) return undefined;
  if (operator === '>') return difference > 0;
  if (operator === '<') return difference < 0;
  return operator === '>=' ? difference >= 0 : difference <= 0;
}

/** Codings are the same by system and code; their displays don't count. */
export function isSame(a: TypedValue, b: TypedValue): boolean {
  if (a.type === 'Coding' && b.type === 'Coding') {
    const [x, y] = [a.value, b.value] as Record<string, unknown>[] as [
      Record<string, unknown>,
      Record<string, unknown>,
    ];
    if (x.code === undefined && y.code === undefined) return x.display === y.display;
    return x.code === y.code && x.system === y.system;
  }
  if (a.type === 'Reference' && b.type === 'Reference')
    return (a.value as { reference?: string }).reference === (b.value as { reference?: string }).reference;
  return compareValues(a, b) === 0 || deepEqual(a.value, b.value);
}
