/** Answers to a questionnaire as words, what frightens first. */
import type { QuestionnaireResponseItem, QuestionnaireResponseItemAnswer } from '@medplum/fhirtypes';
import { t } from '../../i18n/text.ts';

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

function wordsOf(answer: QuestionnaireResponseItemAnswer): string {
  const { valueCoding, valueString, valueDate, valueBoolean, valueInteger, valueDecimal } = answer;
  if (valueBoolean !== undefined) return t(valueBoolean ? 'Yes' : 'No');
  return (
    valueCoding?.display ??
    valueCoding?.code ??
    valueString ??
    valueDate ??
    String(valueInteger ?? valueDecimal ?? '')
  );
}
