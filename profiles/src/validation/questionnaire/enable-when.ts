/** Whether an item is asked, given the answers to other items (https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen). */
import { deepEqual } from '../../fhirpath/compare.ts';
import { choiceOf, type TypedValue } from '../choice.ts';
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

/** Lists of response items from the innermost to the outermost: where the answer that a condition asks for is looked for. */
export type Scopes = readonly (readonly ResponseItem[])[];

/** undefined where it can't be told: an expression decides, or values can't be compared. */
export function isEnabled(context: Context, item: QuestionnaireItem, scopes: Scopes): boolean | undefined {
  if (extensionValues(item, EXTENSIONS.enableWhenExpression).length > 0) return undefined;
  const conditions = item.enableWhen ?? [];
  if (conditions.length === 0) return true;
  const results = conditions.map((each) => {
    const answers = answersTo(each.question, scopes);
    context.spend(scopes.length + answers.length);
    return holds(each, answers);
  });
  const decisive = item.enableBehavior === 'any';
  if (results.includes(decisive)) return decisive;
  return results.includes(undefined) ? undefined : !decisive;
}

/** Answers of the question nearest to the item: in the same instance of a repeated group first. */
function answersTo(linkId: string, scopes: Scopes): readonly Answer[] {
  for (const items of scopes) {
    const found = answersIn(items).get(linkId);
    if (found) return found;
  }
  return [];
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
