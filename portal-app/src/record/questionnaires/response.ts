/** Answers to a questionnaire as FHIR has them (https://hl7.org/fhir/R4/questionnaireresponse.html), with the score where answers carry points. */
import type {
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  Reference,
} from '@medplum/fhirtypes';
import type { Text } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { type Answers, answersOf, given } from './answers.ts';
import { askedItems, isEnabled } from './asked.ts';

const ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';

/** The sum of the points; undefined where answers carry none. */
export function scoreOf(questionnaire: Questionnaire, answers: Answers): number | undefined {
  const points = askedItems(questionnaire, answers).flatMap((item) =>
    answersOf(item, given(answers, item.linkId)).flatMap(({ valueCoding }) => {
      const { extension = [] } = valueCoding ?? {};
      return extension.find(({ url }) => url === ORDINAL)?.valueDecimal ?? [];
    }),
  );
  return points.length === 0 ? undefined : points.reduce((sum, each) => sum + each, 0);
}

/** Its items stand as the questionnaire's do: groups hold their questions, an answer what was asked because of it. */
export function responseOf(
  fhir: Pick<Fhir, 'patient' | 'self'>,
  questionnaire: Questionnaire,
  answers: Answers,
): QuestionnaireResponse {
  const score = scoreOf(questionnaire, answers);
  const itemOf = (item: QuestionnaireItem): QuestionnaireResponseItem[] => {
    if (!isEnabled(questionnaire, item, answers)) return [];
    const { linkId, text, type } = item;
    const head = { linkId, ...(text ? { text } : {}) };
    if (type === 'group') {
      const below = itemsOf(item.item);
      return below.length > 0 ? [{ ...head, item: below }] : [];
    }
    if (item.readOnly) {
      const isTotal = type === 'integer' && score !== undefined;
      return isTotal ? [{ linkId, text: text ?? 'Total score', answer: [{ valueInteger: score }] }] : [];
    }
    const [first, ...others] = answersOf(item, given(answers, linkId));
    if (!first) return [];
    const below = itemsOf(item.item);
    return [{ ...head, answer: [below.length > 0 ? { ...first, item: below } : first, ...others] }];
  };
  const itemsOf = (items: readonly QuestionnaireItem[] = []) => items.flatMap(itemOf);
  return {
    resourceType: 'QuestionnaireResponse',
    ...(questionnaire.url ? { questionnaire: questionnaire.url } : {}),
    status: 'completed',
    subject: { reference: `Patient/${fhir.patient}` },
    author: { reference: fhir.self } as Reference as NonNullable<QuestionnaireResponse['author']>,
    authored: new Date().toISOString(),
    item: itemsOf(questionnaire.item),
  };
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
