/** Answers to a questionnaire as words, what frightens first. */
import type { QuestionnaireResponseItem, QuestionnaireResponseItemAnswer } from '@medplum/fhirtypes';
import { formatDateTime } from '../../format/date.ts';
import { numberText, quantityText } from '../../format/quantity.ts';
import { t } from '../../i18n/text.ts';
import { optionText } from '../questionnaires/answers.ts';

export interface Answer {
  readonly linkId: string;
  readonly question: string;
  readonly words: string;
}

/** LOINC 44260-8, the last question of PHQ-9: thoughts of death or of hurting oneself. */
const isAlarm = ({ linkId }: Answer): boolean => linkId.endsWith('44260-8');

export const answersOf = (items: readonly QuestionnaireResponseItem[]): readonly Answer[] =>
  allOf(items).toSorted((a, b) => Number(isAlarm(b)) - Number(isAlarm(a)));

const allOf = (items: readonly QuestionnaireResponseItem[]): Answer[] =>
  items.flatMap(({ text, linkId, answer = [], item = [] }) => [
    ...(answer.length > 0
      ? [{ linkId, question: text ?? linkId, words: answer.map(wordsOf).join(', ') }]
      : []),
    ...answer.flatMap(({ item: below = [] }) => allOf(below)),
    ...allOf(item),
  ]);

/** Whatever R4 lets an answer be. */
function wordsOf(answer: QuestionnaireResponseItemAnswer): string {
  const { valueBoolean, valueDecimal, valueQuantity, valueDateTime, valueAttachment, valueUri } = answer;
  if (valueBoolean !== undefined) return t(valueBoolean ? 'Yes' : 'No');
  if (valueDecimal !== undefined) return numberText(valueDecimal);
  if (valueQuantity) return quantityText(valueQuantity);
  if (valueDateTime) return formatDateTime(valueDateTime);
  if (valueAttachment) return valueAttachment.title ?? valueAttachment.url ?? t('Not named');
  return valueUri ?? optionText(answer);
}
