/** What was put into a questionnaire, as R4 has answers (https://hl7.org/fhir/R4/questionnaireresponse.html): each kind of question has its own. */
import type {
  Coding,
  QuestionnaireItem,
  QuestionnaireItemAnswerOption,
  QuestionnaireResponseItemAnswer,
} from '@medplum/fhirtypes';
import { instantText } from '../../format/clinic-clock.ts';
import { formatDate, formatTime } from '../../format/date.ts';
import { saidOrKind } from '../../format/kind-words.ts';
import { numberText } from '../../format/quantity.ts';
import { lookUp } from '../../format/table.ts';
import { t } from '../../i18n/text.ts';

/** By linkId: the text that was typed, 'yes' or 'no', a day, a time, or what was chosen (`choiceText`). */
export type Answers = Readonly<Record<string, string>>;

/** '' = none. A linkId is any text: `toString` is one. */
export const given = (answers: Answers, linkId: string): string => lookUp(answers, linkId) ?? '';

/** R4 names the unit of a quantity by the second, of a number by the first (https://hl7.org/fhir/R4/questionnaire-profilelist.html); many say the first of both. */
const UNITS: readonly string[] = [
  'http://hl7.org/fhir/StructureDefinition/questionnaire-unit',
  'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
];
const MIN = 'http://hl7.org/fhir/StructureDefinition/minValue';
const MAX = 'http://hl7.org/fhir/StructureDefinition/maxValue';
const LARGEST = 2 ** 31 - 1;

/** Of options: the places of those that are chosen, and what was written beside them. */
export interface Chosen {
  readonly places: readonly number[];
  readonly other: string;
}

/** `0,2` or `0;something else`. */
export const choiceText = ({ places, other }: Chosen): string =>
  `${places.join(',')}${other === '' ? '' : `;${other}`}`;

export function chosenOf(typed: string): Chosen {
  const end = typed.indexOf(';');
  const places = end === -1 ? typed : typed.slice(0, end);
  return {
    places: places === '' ? [] : places.split(',').map(Number),
    other: end === -1 ? '' : typed.slice(end + 1),
  };
}

export const isChoice = ({ type }: QuestionnaireItem): boolean => type === 'choice' || type === 'open-choice';
/** What these pages have no control for. */
export const isUnasked = ({ type }: QuestionnaireItem): boolean =>
  type === 'attachment' || type === 'reference';

/** Each of the kinds of answers that R4 lets a question offer. */
export function optionText(option: QuestionnaireItemAnswerOption): string {
  const { valueCoding, valueString, valueInteger, valueDate, valueTime, valueReference } = option;
  if (valueCoding) return valueCoding.display ?? valueCoding.code ?? t('Not named');
  if (valueReference) return saidOrKind(valueReference);
  if (valueInteger !== undefined) return String(valueInteger);
  if (valueDate !== undefined) return formatDate(valueDate);
  return valueString ?? (valueTime === undefined ? t('Not named') : formatTime(valueTime));
}

/** The unit that a number or a quantity is asked in: of several the first, and it is said beside the field. */
export const unitOfItem = ({ extension = [] }: QuestionnaireItem): Coding | undefined =>
  extension.find(({ url }) => UNITS.includes(url))?.valueCoding;

/** A number as people type it, with a point or a comma; NaN when it is none. */
export const numberOf = (typed: string): number =>
  /^[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)$/.test(typed.trim())
    ? Number(typed.trim().replace(',', '.'))
    : Number.NaN;

/** The answers that something typed is; none: nothing was, or it can't be one. */
export function answersOf(item: QuestionnaireItem, typed: string): QuestionnaireResponseItemAnswer[] {
  const text = typed.trim();
  if (text === '' || isUnasked(item)) return [];
  if (isChoice(item)) return chosenAnswers(item, typed);
  if (problemOf(item, typed) !== undefined) return [];
  const [day = '', time] = text.split('T');
  switch (item.type) {
    case 'boolean':
      return [{ valueBoolean: text === 'yes' }];
    case 'integer':
      return [{ valueInteger: numberOf(text) }];
    case 'decimal':
      return [{ valueDecimal: numberOf(text) }];
    case 'quantity':
      return [{ valueQuantity: { value: numberOf(text), ...unitMembers(unitOfItem(item)) } }];
    case 'date':
      return [{ valueDate: text }];
    case 'dateTime':
      return [{ valueDateTime: instantText(day, time) }];
    case 'time':
      return [{ valueTime: text.length === 5 ? `${text}:00` : text }];
    case 'url':
      return [{ valueUri: text }];
    default:
      return [{ valueString: text }];
  }
}

const unitMembers = ({ system, code, display }: Coding = {}) => ({
  ...((display ?? code) ? { unit: display ?? code } : {}),
  ...(system && code ? { system, code } : {}),
});

function chosenAnswers(
  { type, answerOption = [] }: QuestionnaireItem,
  typed: string,
): QuestionnaireResponseItemAnswer[] {
  const { places, other } = chosenOf(typed);
  const chosen = places.flatMap((place) => {
    const option = answerOption[place];
    if (!option) return [];
    // What else an option says (whether it is chosen to begin with) is no answer.
    const { initialSelected: _, id: __, extension: ___, modifierExtension: ____, ...answer } = option;
    return [answer];
  });
  if (other.trim() === '') return chosen;
  // A choice has no words of one's own, but where its options are kept elsewhere there is nothing else to give.
  const own = type === 'choice' ? { valueCoding: { display: other.trim() } } : { valueString: other.trim() };
  return [...chosen, own];
}

/** Why something typed can't be an answer, in words; undefined: it can, or nothing was typed. */
export function problemOf(item: QuestionnaireItem, typed: string): string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  if (item.maxLength !== undefined && text.length > item.maxLength)
    return t('At most {count} characters.', { count: item.maxLength });
  if (item.type === 'integer') {
    const number = numberOf(text);
    if (!Number.isInteger(number) || Math.abs(number) > LARGEST) return t('Please enter a whole number.');
  }
  if (item.type === 'decimal' || item.type === 'quantity')
    if (Number.isNaN(numberOf(text))) return t('Please enter a number.');
  return boundProblem(item, text);
}

function boundProblem(item: QuestionnaireItem, text: string): string | undefined {
  const bound = (wanted: string) => item.extension?.find(({ url }) => url === wanted);
  const [min, max] = [bound(MIN), bound(MAX)];
  if (item.type === 'date') {
    if (min?.valueDate && text < min.valueDate)
      return t('It can’t be before {day}.', { day: formatDate(min.valueDate) });
    if (max?.valueDate && text > max.valueDate)
      return t('It can’t be after {day}.', { day: formatDate(max.valueDate) });
    return undefined;
  }
  const least = min?.valueInteger ?? min?.valueDecimal;
  const most = max?.valueInteger ?? max?.valueDecimal;
  const number = numberOf(text);
  if (least !== undefined && number < least)
    return t('It can’t be less than {least}.', { least: numberText(least) });
  if (most !== undefined && number > most)
    return t('It can’t be more than {most}.', { most: numberText(most) });
  return undefined;
}
