/** Answers to a questionnaire as FHIR has them (https://hl7.org/fhir/R4/questionnaireresponse.html), with the score where answers carry points. */
import type {
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireItemAnswerOption,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
  Reference,
} from '@medplum/fhirtypes';
import { formatDate } from '../../format/date.ts';
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';

/** By linkId: the text that was typed, 'yes' or 'no', or the place of the chosen option. */
export type Answers = Readonly<Record<string, string>>;

/** '' = none. A linkId is any text: `toString` is one. */
export const given = (answers: Answers, linkId: string): string => lookUp(answers, linkId) ?? '';

const ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';

/** Questions that are asked now: what depends on an answer that was not given is left out. */
export function askedItems({ item = [] }: Questionnaire, answers: Answers): QuestionnaireItem[] {
  return item.filter(({ enableWhen = [], type, readOnly }) => {
    if (type === 'display' || readOnly) return false;
    return enableWhen.every(
      ({ question, answerBoolean }) => given(answers, question) === (answerBoolean ? 'yes' : 'no'),
    );
  });
}

export const missingItems = (questionnaire: Questionnaire, answers: Answers): QuestionnaireItem[] =>
  askedItems(questionnaire, answers).filter(
    ({ linkId, required }) => required && given(answers, linkId).trim() === '',
  );

/** Each of the kinds of answers that R4 lets a question offer. */
export function optionText(option: QuestionnaireItemAnswerOption): string {
  const { valueCoding, valueString, valueInteger, valueDate, valueTime, valueReference } = option;
  if (valueCoding) return valueCoding.display ?? valueCoding.code ?? t('Not named');
  if (valueReference) return valueReference.display ?? valueReference.reference ?? t('Not named');
  if (valueInteger !== undefined) return String(valueInteger);
  return valueDate === undefined ? (valueString ?? valueTime ?? t('Not named')) : formatDate(valueDate);
}

/** The sum of the points; undefined where answers carry none. */
export function scoreOf(questionnaire: Questionnaire, answers: Answers): number | undefined {
  const points = askedItems(questionnaire, answers).flatMap((item) => {
    const option = item.answerOption?.[Number(given(answers, item.linkId) || Number.NaN)];
    return option?.valueCoding?.extension?.find(({ url }) => url === ORDINAL)?.valueDecimal ?? [];
  });
  return points.length === 0 ? undefined : points.reduce((sum, each) => sum + each, 0);
}

export function responseOf(
  fhir: Pick<Fhir, 'patient' | 'self'>,
  questionnaire: Questionnaire,
  answers: Answers,
): QuestionnaireResponse {
  const items = askedItems(questionnaire, answers).flatMap((item): QuestionnaireResponseItem[] => {
    const answer = answerOf(item, given(answers, item.linkId));
    return answer
      ? [{ linkId: item.linkId, ...(item.text ? { text: item.text } : {}), answer: [answer] }]
      : [];
  });
  const score = scoreOf(questionnaire, answers);
  const total = (questionnaire.item ?? []).find(({ readOnly, type }) => readOnly && type === 'integer');
  const sum =
    total && score !== undefined
      ? [{ linkId: total.linkId, text: total.text ?? 'Total score', answer: [{ valueInteger: score }] }]
      : [];
  return {
    resourceType: 'QuestionnaireResponse',
    ...(questionnaire.url ? { questionnaire: questionnaire.url } : {}),
    status: 'completed',
    subject: { reference: `Patient/${fhir.patient}` },
    author: { reference: fhir.self } as Reference as NonNullable<QuestionnaireResponse['author']>,
    authored: new Date().toISOString(),
    item: [...items, ...sum],
  };
}

function answerOf(item: QuestionnaireItem, typed: string): QuestionnaireResponseItemAnswer | undefined {
  if (typed.trim() === '') return undefined;
  if (item.type === 'boolean') return { valueBoolean: typed === 'yes' };
  if (item.type !== 'choice') return { valueString: typed.trim() };
  const option = item.answerOption?.[Number(typed)];
  if (!option) return undefined;
  // What else an option says (whether it is chosen to begin with) is no answer.
  const { initialSelected: _, id: __, extension: ___, modifierExtension: ____, ...answer } = option;
  return answer;
}

/**
 * What a score means by the makers' published bands (PHQ-9: Kroenke, Spitzer, Williams 2001; GAD-7: Spitzer and others 2006): the lowest total of each.
 * By the LOINC code of the questionnaire.
 */
const BANDS: Readonly<Record<string, readonly (readonly [from: number, words: Text])[]>> = {
  '44249-1': [
    [0, 'none or minimal'],
    [5, 'mild'],
    [10, 'moderate'],
    [15, 'moderately severe'],
    [20, 'severe'],
  ],
  '69737-5': [
    [0, 'minimal'],
    [5, 'mild'],
    [10, 'moderate'],
    [15, 'severe'],
  ],
};

export function bandOf({ code = [] }: Questionnaire, score: number): Text | undefined {
  const bands = code.flatMap((each) => BANDS[each.code ?? ''] ?? []);
  return bands.findLast(([from]) => score >= from)?.[1];
}

/** LOINC 44260-8, the last question of PHQ-9: thoughts of death or of hurting oneself. Any answer but the first wants help now. */
export const wantsHelpNow = (answers: Answers): boolean => Number(given(answers, '44260-8')) > 0;
