/** One answer: its type, its options, and what extensions of the item say of it. */
import { type Pattern, wholePatternOf } from '../../fhirpath/pattern.ts';
import type { CodeQuestion } from '../../outcome.ts';
import { isResourceType } from '../../tables.ts';
import { terminology } from '../../terminology/definitions.ts';
import type { ValueSet } from '../../terminology/resources.ts';
import { choiceOf, type TypedValue } from '../structure/choice.ts';
import { compareValues } from './compare-values.ts';
import { type Context, report } from './context.ts';
import { isSame } from './enable-when.ts';
import {
  type Answer,
  EXTENSIONS,
  extensionValue,
  extensionValues,
  type QuestionnaireItem,
} from './questionnaire.ts';

/** Item type → the types that an answer to it may have, but for choices, which are of their options' (https://hl7.org/fhir/R4/valueset-item-type.html). */
export const TYPES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['boolean'],
  decimal: ['decimal'],
  integer: ['integer'],
  date: ['date'],
  dateTime: ['dateTime'],
  time: ['time'],
  string: ['string'],
  text: ['string'],
  url: ['uri'],
  attachment: ['Attachment'],
  reference: ['Reference'],
  quantity: ['Quantity'],
};

export function checkAnswer(
  context: Context,
  item: QuestionnaireItem,
  answer: Answer,
  path: string,
  answers: number,
): void {
  const given = choiceOf(answer, 'value');
  if (!given || given.value === undefined) return;
  const place = `${path}.value`;
  context.spend(1 + (item.answerOption?.length ?? 0) + (item.extension?.length ?? 0));
  const types = typesOf(item);
  if (!types.includes(given.type)) {
    report(context, 'value', `The answer to '${item.linkId}' must be of type ${types.join(' or ')}.`, place);
    return;
  }
  checkOptions(context, item, given, place, answers);
  checkBounds(context, item, given, place);
  if (typeof given.value === 'string' && (given.type === 'string' || given.type === 'uri'))
    checkText(context, item, given.value, place);
  else if (given.type === 'decimal') checkDigits(context, item, given.value as number, place);
  else if (given.type === 'Quantity') checkUnit(context, item, given.value as Coded, place);
  else if (given.type === 'Reference') checkTarget(context, item, given.value as Coded, place);
  else if (given.type === 'Attachment') checkAttachment(context, item, given.value as Coded, place);
}

/** A choice is answered by what its options are; without any, by a Coding or words. */
function typesOf({ type, answerOption, answerValueSet }: QuestionnaireItem): readonly string[] {
  if (type !== 'choice' && type !== 'open-choice') return TYPES[type] ?? [];
  const options = (answerOption ?? []).flatMap((each) => choiceOf(each, 'value')?.type ?? []);
  const own = options.length > 0 ? [...new Set(options)] : ['Coding'];
  const words = type === 'open-choice' || (options.length === 0 && !answerValueSet);
  return words && !own.includes('string') ? [...own, 'string'] : own;
}

function checkOptions(
  context: Context,
  item: QuestionnaireItem,
  given: TypedValue,
  place: string,
  answers: number,
): void {
  if (item.type === 'open-choice' && given.type === 'string') return;
  const options = item.answerOption ?? [];
  const chosen = options.find((each) => isSame(choiceOf(each, 'value') ?? NOTHING, given));
  if (options.length > 0 && !chosen)
    report(context, 'code-invalid', `The answer is not among the options of '${item.linkId}'.`, place);
  if (chosen && answers > 1 && extensionValue(chosen, EXTENSIONS.optionExclusive) === true)
    report(context, 'business-rule', 'This option excludes all others, and is not the only answer.', place);
  if (item.answerValueSet) checkInSet(context, item.answerValueSet, given, place, 'error');
}

const NOTHING: TypedValue = { type: '', value: undefined };

function checkInSet(
  context: Context,
  valueSet: string,
  given: TypedValue,
  place: string,
  severity: 'error' | 'warning',
): void {
  const inside = isInSet(context, valueSet, given);
  const fault = {
    severity,
    code: 'code-invalid',
    diagnostics: `The answer is not in the value set ${valueSet}.`,
  } as const;
  if (inside === undefined)
    report(
      context,
      'not-supported',
      `Not checked: the value set ${valueSet} can't be listed here.`,
      place,
      'information',
      questionOf(context, valueSet, given, fault),
    );
  else if (!inside) report(context, fault.code, fault.diagnostics, place, severity);
}

function questionOf(
  context: Context,
  name: string,
  given: TypedValue,
  otherwise: CodeQuestion['otherwise'],
): CodeQuestion | undefined {
  const valueSet = setOf(context, name);
  const { system, code } = codedOf(given);
  return valueSet && typeof code === 'string'
    ? { valueSet, codings: [{ system, code }], otherwise }
    : undefined;
}

/** A contained one is given as it is; undefined where it is not there. */
function setOf({ questionnaire, sets }: Context, valueSet: string): string | ValueSet | undefined {
  if (!valueSet.startsWith('#')) return valueSet;
  // The same object each time: what is worked out of it is kept with it.
  const known = sets.get(valueSet);
  if (known) return known;
  const own = questionnaire.contained?.find(({ id }) => id === valueSet.slice(1));
  if (own?.resourceType !== 'ValueSet') return undefined;
  const set = {
    ...own,
    url: `${questionnaire.url ?? 'urn:questionnaire'}${valueSet}`,
  } as unknown as ValueSet;
  sets.set(valueSet, set);
  return set;
}

/** undefined where that can't be told here. Words are of any system; a Coding without its system says nothing (codes/set-membership.ts). */
function isInSet(context: Context, valueSet: string, given: TypedValue): boolean | undefined {
  const set = setOf(context, valueSet);
  const { system, code } = codedOf(given);
  if (given.type !== 'string' && (typeof code !== 'string' || system === undefined)) return false;
  if (!set) return undefined;
  // Without a system the whole set is gone through.
  if (system === undefined) context.spend(500);
  return typeof code === 'string' && terminology().contains(set, system, code);
}

function codedOf({ type, value }: TypedValue): { system: string | undefined; code: unknown } {
  if (type === 'string') return { system: undefined, code: value };
  const { system, code } = value as Coded;
  return { system: typeof system === 'string' ? system : undefined, code };
}

function checkBounds(context: Context, item: QuestionnaireItem, given: TypedValue, place: string): void {
  const isQuantity = given.type === 'Quantity';
  const [least] = extensionValues(item, isQuantity ? EXTENSIONS.minQuantity : EXTENSIONS.minValue);
  const [most] = extensionValues(item, isQuantity ? EXTENSIONS.maxQuantity : EXTENSIONS.maxValue);
  const [below, above] = [least && compared(given, least), most && compared(given, most)];
  if (isQuantity && ((least && below === undefined) || (most && above === undefined)))
    report(context, 'value', 'The quantity can not be compared with the bounds that are asked for.', place);
  if (below !== undefined && below < 0)
    report(context, 'value', `The answer is below the least that '${item.linkId}' allows.`, place);
  if (above !== undefined && above > 0)
    report(context, 'value', `The answer is above the most that '${item.linkId}' allows.`, place);
}

/** Quantities by their coded units: what a unit is called tells nothing (https://hl7.org/fhir/R4/datatypes.html#Quantity). */
function compared(given: TypedValue, bound: TypedValue): number | undefined {
  const areCoded = [given, bound].every(({ type, value }) => type !== 'Quantity' || isCoded(value as Coded));
  return areCoded ? compareValues(given, bound) : undefined;
}

const isCoded = ({ system, code }: Coded): boolean => system !== undefined && code !== undefined;

function checkText(context: Context, item: QuestionnaireItem, text: string, place: string): void {
  const length = [...text].length;
  const least = extensionValue(item, EXTENSIONS.minLength);
  if (item.maxLength !== undefined && length > item.maxLength)
    report(context, 'value', `The answer has more than ${item.maxLength} characters.`, place);
  if (typeof least === 'number' && length < least)
    report(context, 'value', `The answer has fewer than ${least} characters.`, place);
  const regex = extensionValue(item, EXTENSIONS.regex);
  if (typeof regex === 'string') checkPattern(context, regex, text, place);
}

/** Steps of an instruction that is made, and instructions that a step matches with one character. */
const MADE = 8;
const MATCHED = 4;

/** The whole text, as the extension says; on an engine whose cost grows with the text and the pattern. */
function checkPattern(context: Context, regex: string, text: string, place: string): void {
  const pattern = patternIn(context, regex);
  if (!pattern) {
    report(
      context,
      'not-supported',
      "Not checked: the regular expression can't be evaluated here.",
      place,
      'warning',
    );
    return;
  }
  context.spend(Math.ceil((pattern.size * text.length) / MATCHED));
  if (!pattern.test(text))
    report(context, 'value', 'The answer is not of the form that is asked for.', place);
}

function patternIn(context: Context, regex: string): Pattern | undefined {
  if (!context.patterns.has(regex)) {
    const made = wholePatternOf(regex);
    context.patterns.set(regex, made);
    context.spend(MADE * (made?.size ?? regex.length));
  }
  return context.patterns.get(regex);
}

function checkDigits(context: Context, item: QuestionnaireItem, value: number, place: string): void {
  const most = extensionValue(item, EXTENSIONS.maxDecimalPlaces);
  const [, digits = '', exponent = '0'] = /^-?\d+\.?(\d*)(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  const places = digits.length - Number(exponent);
  if (typeof most === 'number' && places > most)
    report(context, 'value', `The answer has more than ${most} decimal places.`, place);
}

type Coded = Readonly<Record<string, unknown>>;

function checkUnit(context: Context, item: QuestionnaireItem, quantity: Coded, place: string): void {
  const units = extensionValues(item, EXTENSIONS.unitOption).map(({ value }) => value as Coded);
  const isOption = ({ system, code, display }: Coded): boolean =>
    code === undefined ? display === quantity.unit : code === quantity.code && system === quantity.system;
  if (units.length > 0 && !units.some(isOption))
    report(context, 'code-invalid', `The unit is not among those of '${item.linkId}'.`, place);
  const set = extensionValue(item, EXTENSIONS.unitValueSet);
  if (typeof set === 'string') checkInSet(context, set, { type: 'Coding', value: quantity }, place, 'error');
}

function checkTarget(context: Context, item: QuestionnaireItem, { reference }: Coded, place: string): void {
  const allowed = extensionValues(item, EXTENSIONS.referenceResource).map(({ value }) => value);
  const type =
    typeof reference === 'string' ? /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+$/.exec(reference)?.[1] : undefined;
  if (!type) return;
  if (!isResourceType(type)) report(context, 'value', 'The reference leads to no type of R4.', place);
  else if (allowed.length > 0 && !allowed.includes(type))
    report(context, 'value', `The reference may lead to ${allowed.join(', ')} only.`, place);
}

function checkAttachment(context: Context, item: QuestionnaireItem, attachment: Coded, place: string): void {
  const { contentType, data, size } = attachment;
  const types = extensionValues(item, EXTENSIONS.mimeType).map(({ value }) => value);
  if (types.length > 0 && typeof contentType === 'string' && !types.includes(contentType))
    report(context, 'value', `The attachment must be ${types.join(' or ')}.`, place);
  const most = extensionValue(item, EXTENSIONS.maxSize);
  const bytes = typeof data === 'string' ? Buffer.byteLength(data, 'base64') : size;
  if (typeof most === 'number' && typeof bytes === 'number' && bytes > most)
    report(context, 'value', `The attachment is larger than ${most} bytes.`, place);
}
