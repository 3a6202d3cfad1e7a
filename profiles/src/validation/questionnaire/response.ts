/**
 * Answers held against the questions (https://hl7.org/fhir/R4/questionnaireresponse.html): the items are those of the Questionnaire, at their
 * places; answers are of the type and number that was asked for, and among the options. What must be answered is asked only of a response
 * that is said to be whole (completed, amended): a draft may have gaps.
 */
import type { Issue } from '../../outcome.ts';
import { referencedType } from '../structure/uris.ts';
import { checkAnswer } from './answer-value.ts';
import { type Context, createSpend, report } from './context.ts';
import { isEnabled, linkIdsOf, type Scopes } from './enable-when.ts';
import {
  type Answer,
  EXTENSIONS,
  extensionValue,
  isAnswered,
  type Questionnaire,
  type QuestionnaireItem,
  type QuestionnaireResponse,
  type ResponseItem,
} from './questionnaire.ts';

/** Throws 413 where conditions, options and answers multiply beyond what any form has. Issues at the items; both resources are valid R4. Warnings say what could not be checked. */
export function validateAnswers(response: QuestionnaireResponse, questionnaire: Questionnaire): Issue[] {
  const context: Context = {
    questionnaire,
    isWhole: response.status === 'completed' || response.status === 'amended',
    linkIds: linkIdsOf(questionnaire.item ?? []),
    issues: [],
    spend: createSpend(),
    patterns: new Map(),
    sets: new Map(),
  };
  checkSubject(context, response);
  checkItems(context, questionnaire.item ?? [], response.item ?? [], 'QuestionnaireResponse', []);
  return context.issues;
}

/** https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.subjectType */
function checkSubject(context: Context, { subject }: QuestionnaireResponse): void {
  const { subjectType = [] } = context.questionnaire;
  const type = subject && (subject.type ?? referencedType(subject.reference ?? ''));
  if (subjectType.length === 0 || type === undefined || subjectType.includes(type)) return;
  const text = `The Questionnaire is about ${subjectType.join(' or ')} only.`;
  report(context, 'business-rule', text, 'QuestionnaireResponse.subject');
}

/** The items of one level: what is there belongs here, what must be there is. `holder` is the path of what they stand in. */
function checkItems(
  context: Context,
  asked: readonly QuestionnaireItem[],
  given: readonly ResponseItem[],
  holder: string,
  outer: Scopes,
): void {
  const scopes = [{ asked, given }, ...outer];
  const places = new Map(asked.map(({ linkId }, i) => [linkId, i]));
  let last = 0;
  given.forEach(({ linkId }, i) => {
    const path = `${holder}.item[${i}]`;
    const place = places.get(linkId);
    if (place === undefined) {
      const text = context.linkIds.has(linkId)
        ? `The item '${linkId}' stands at another place in the Questionnaire.`
        : `The Questionnaire has no item '${linkId}'.`;
      report(context, 'structure', text, path);
    } else if (place < last)
      report(context, 'structure', `The item '${linkId}' is out of the Questionnaire's order.`, path);
    else last = place;
  });
  const indexes = Map.groupBy(given.keys(), (i) => given[i]?.linkId);
  for (const item of asked) {
    const there = indexes.get(item.linkId) ?? [];
    context.spend(1 + there.length);
    checkItem(context, item, there, given, holder, scopes);
  }
}

function checkItem(
  context: Context,
  item: QuestionnaireItem,
  indexes: readonly number[],
  given: readonly ResponseItem[],
  holder: string,
  scopes: Scopes,
): void {
  const { linkId, type } = item;
  const enabled = isEnabled(context, item, scopes);
  const first = indexes[0] === undefined ? holder : `${holder}.item[${indexes[0]}]`;
  const found = indexes.map((i) => given[i] as ResponseItem);
  if (enabled === false) {
    // A draft may hold what was answered before another answer took the question away.
    if (context.isWhole && found.some(hasContent))
      report(
        context,
        'business-rule',
        `'${linkId}' is answered, though the answers given don't ask it.`,
        first,
      );
    return;
  }
  if (indexes.length > 1 && !item.repeats)
    report(context, 'structure', `The item '${linkId}' may be there once.`, `${holder}.item[${indexes[1]}]`);
  if (enabled && context.isWhole) checkIsThere(context, item, found, first);
  if (type !== 'display')
    checkNumber(context, item, countOf(item, found), {
      first,
      isMeant: enabled === true && context.isWhole && (found.length > 0 || item.required === true),
    });
  for (const i of indexes)
    checkContent(context, item, given[i] as ResponseItem, `${holder}.item[${i}]`, scopes);
}

const hasContent = ({ answer = [], item = [] }: ResponseItem): boolean =>
  answer.some(isAnswered) || item.some(hasContent);

function checkIsThere(
  context: Context,
  { linkId, type, required }: QuestionnaireItem,
  found: readonly ResponseItem[],
  path: string,
): void {
  if (!required || type === 'display') return;
  const isThere =
    type === 'group'
      ? found.some(({ item = [] }) => item.length > 0)
      : found.some(({ answer = [] }) => answer.some(isAnswered));
  if (!isThere) report(context, 'required', `'${linkId}' must be answered.`, path);
}

/** Groups are counted themselves, questions by their answers. */
const countOf = ({ type }: QuestionnaireItem, found: readonly ResponseItem[]): number =>
  type === 'group' ? found.length : found.reduce((sum, { answer = [] }) => sum + answer.length, 0);

/** What must be there at least says nothing of what need not be there at all. */
function checkNumber(
  context: Context,
  item: QuestionnaireItem,
  count: number,
  { first, isMeant }: { readonly first: string; readonly isMeant: boolean },
): void {
  const isGroup = item.type === 'group';
  const what = isGroup ? 'groups' : 'answers';
  const most = extensionValue(item, EXTENSIONS.maxOccurs) ?? (item.repeats || isGroup ? undefined : 1);
  const least = extensionValue(item, EXTENSIONS.minOccurs);
  if (typeof most === 'number' && count > most)
    report(context, 'structure', `'${item.linkId}' takes ${most} ${what} at most.`, first);
  if (typeof least === 'number' && count < least && isMeant)
    report(context, 'required', `'${item.linkId}' takes ${least} ${what} at least.`, first);
}

function checkContent(
  context: Context,
  item: QuestionnaireItem,
  given: ResponseItem,
  path: string,
  scopes: Scopes,
): void {
  const { answer = [] } = given;
  if (item.type === 'group' || item.type === 'display') {
    if (answer.length > 0)
      report(context, 'structure', `An item of type ${item.type} has no answers.`, `${path}.answer`);
    checkItems(context, item.item ?? [], given.item ?? [], path, scopes);
    return;
  }
  if (given.item !== undefined)
    report(
      context,
      'structure',
      'What is asked below a question stands in its answer, not beside it.',
      `${path}.item`,
    );
  answer.forEach((each: Answer, i) => {
    const place = `${path}.answer[${i}]`;
    checkAnswer(context, item, each, place, answer.length);
    if (item.item || each.item) checkItems(context, item.item ?? [], each.item ?? [], place, scopes);
  });
}
