/** A Questionnaire (https://hl7.org/fhir/R4/questionnaire.html) and the answers to it, as far as answers are held against it. */
import { isObject } from '../../fhirpath/node.ts';
import { type Choice, choiceOf, type TypedValue } from '../structure/choice.ts';

export interface Extension {
  readonly url?: string;
  readonly [value: string]: unknown;
}

export interface EnableWhen extends Choice {
  readonly question: string;
  readonly operator: string;
}

export interface QuestionnaireItem {
  readonly linkId: string;
  readonly type: string;
  readonly extension?: readonly Extension[];
  readonly required?: boolean;
  readonly repeats?: boolean;
  readonly maxLength?: number;
  readonly enableWhen?: readonly EnableWhen[];
  readonly enableBehavior?: string;
  readonly answerValueSet?: string;
  readonly answerOption?: readonly (Choice & { readonly extension?: readonly Extension[] })[];
  readonly item?: readonly QuestionnaireItem[];
}

export interface Questionnaire {
  readonly resourceType: 'Questionnaire';
  readonly url?: string;
  readonly version?: string;
  readonly subjectType?: readonly string[];
  readonly contained?: readonly { readonly resourceType: string; readonly id?: string }[];
  readonly item?: readonly QuestionnaireItem[];
}

export interface ResponseItem {
  readonly linkId: string;
  readonly answer?: readonly Answer[];
  readonly item?: readonly ResponseItem[];
}

export type Answer = Choice & { readonly item?: readonly ResponseItem[] };

export interface QuestionnaireResponse {
  readonly resourceType: 'QuestionnaireResponse';
  readonly status: string;
  readonly questionnaire?: string;
  readonly subject?: { readonly reference?: string; readonly type?: string };
  readonly item?: readonly ResponseItem[];
}

/** Whether an answer says something: a value, or an extension in its place (data-absent-reason). */
export function isAnswered(answer: Answer): boolean {
  return Object.keys(answer).some((key) => /^_?value[A-Z]/.test(key)) || answer.extension !== undefined;
}

/** The values of an item's extensions with this URL. */
export function extensionValues(holder: { readonly extension?: unknown }, url: string): TypedValue[] {
  if (!Array.isArray(holder.extension)) return [];
  return (holder.extension as Extension[])
    .filter((each) => isObject(each) && each.url === url)
    .flatMap((each) => choiceOf(each, 'value') ?? []);
}

/** The extension's value where there is one: `minValue`, `regex`, … */
export const extensionValue = (holder: { readonly extension?: unknown }, url: string): unknown =>
  extensionValues(holder, url)[0]?.value;

const HL7 = 'http://hl7.org/fhir/StructureDefinition';
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition';

/** Extensions that say what answers there may be (https://hl7.org/fhir/R4/questionnaire-profiles.html; sdc: Structured Data Capture). */
export const EXTENSIONS = {
  minOccurs: `${HL7}/questionnaire-minOccurs`,
  maxOccurs: `${HL7}/questionnaire-maxOccurs`,
  minLength: `${HL7}/minLength`,
  regex: `${HL7}/regex`,
  minValue: `${HL7}/minValue`,
  maxValue: `${HL7}/maxValue`,
  maxDecimalPlaces: `${HL7}/maxDecimalPlaces`,
  minQuantity: `${SDC}/sdc-questionnaire-minQuantity`,
  maxQuantity: `${SDC}/sdc-questionnaire-maxQuantity`,
  unitOption: `${HL7}/questionnaire-unitOption`,
  unitValueSet: `${HL7}/questionnaire-unitValueSet`,
  optionExclusive: `${HL7}/questionnaire-optionExclusive`,
  referenceResource: `${HL7}/questionnaire-referenceResource`,
  mimeType: `${HL7}/mimeType`,
  maxSize: `${HL7}/maxSize`,
  enableWhenExpression: `${SDC}/sdc-questionnaire-enableWhenExpression`,
} as const;
