/**
 * Checking in ahead of a visit, kept as one QuestionnaireResponse: what is on record is confirmed or corrected in words, what the clinic asks consent to is answered, and
 * all of it is signed (extension questionnaireresponse-signature, of HL7's core). Its identifier names the visit, so that there is one for each, and the desk finds it.
 * It names no Questionnaire: it has more than the clinic's form asks, and each text as it was read.
 */
import type {
  Appointment,
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  Reference,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { FieldProblem } from '../../format/field-problem.ts';
import { type Text, t } from '../../i18n/text.ts';
import type { Fhir, FhirApi } from '../../smart/fhir.ts';
import { sentBefore } from '../../smart/sent-before.ts';
import { type Answers, given } from '../questionnaires/answers.ts';
import { itemText } from '../questionnaires/item-text.ts';

const VISIT = 'urn:wellspring:check-in';
/** By which the clinic's own form is found: its items are what consent is asked to. */
const FORM = { system: 'urn:wellspring:form', code: 'check-in' };
const SIGNATURE = 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature';
/** ASTM E1762: signature of a consent. */
const CONSENT_SIGNATURE = {
  system: 'urn:iso-astm:E1762-95:2013',
  code: '1.2.840.10065.1.12.1.7',
  display: 'Consent Signature',
};
export const isCheckInForm = ({ code = [] }: Questionnaire): boolean =>
  code.some((each) => each.system === FORM.system && each.code === FORM.code);

/** What is confirmed, whatever the clinic asks besides. */
export const CONFIRMED = ['contact', 'insurance', 'medicines', 'allergies'] as const;
export type Confirmed = (typeof CONFIRMED)[number];

export const CONFIRM_WORDS: Readonly<Record<Confirmed, Text>> = {
  contact: 'Are phone, e-mail and address right?',
  insurance: 'Is the insurance right?',
  medicines: 'Is the list of medicines right?',
  allergies: 'Is the list of allergies right?',
};

/** The clinic’s form; null: it asks consent to nothing. R4 has no search by a Questionnaire’s own code (`code` is of its items). */
export const formQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['check-in-form'],
    queryFn: async () => {
      const { resources } = await fhir.search<Questionnaire>('Questionnaire', {
        status: 'active',
        _count: '100',
      });
      return resources.find(isCheckInForm) ?? null;
    },
  });

/** In the reader’s language, where the clinic has it: what is signed is what was read. */
export function consentItems(form: Questionnaire | null): QuestionnaireItem[] {
  return (form?.item ?? [])
    .filter(({ type }) => type === 'boolean')
    .map((item) => ({ ...item, text: itemText(item), required: true }));
}

export interface CheckIn {
  readonly at: string;
  readonly signedBy: string;
  /** As they were read, each with what was answered. */
  readonly lines: readonly (readonly [text: string, answer: string])[];
  /** Something differs, or consent was not given: somebody must look. */
  readonly wantsLook: boolean;
}

/** null: not yet. Of the visit's patient: what another one wrote of this visit counts for nothing. */
export const checkInQuery = (fhir: FhirApi, visit: string, patient: string) =>
  queryOptions({
    queryKey: ['check-in', visit],
    queryFn: async () => {
      const { resources } = await fhir.search<QuestionnaireResponse>('QuestionnaireResponse', {
        patient,
        identifier: `${VISIT}|${visit}`,
        status: 'completed',
      });
      return resources[0] ? checkInOf(resources[0]) : null;
    },
  });

export function checkInOf({ item = [], extension = [], authored }: QuestionnaireResponse): CheckIn {
  const signature = extension.find(({ url }) => url === SIGNATURE)?.valueSignature;
  const signed = item.find(({ linkId }) => linkId === NAME)?.answer?.[0]?.valueString;
  const others = item.filter(({ linkId }) => linkId !== NAME);
  const answers = others.map(({ text, linkId, answer: [answer] = [] }) => {
    const { valueBoolean, valueString } = answer ?? {};
    const words = valueString ?? (valueBoolean === undefined ? '' : t(valueBoolean ? 'Yes' : 'No'));
    return { line: [text ?? linkId, words] as const, isNo: valueBoolean === false };
  });
  return {
    at: signature?.when ?? authored ?? '',
    signedBy: signed ?? signature?.who?.display ?? '',
    lines: answers.map(({ line }) => line),
    wantsLook: answers.some(({ isNo }) => isNo),
  };
}

export const NAME = 'signature';
export const noteOf = (part: Confirmed): string => `${part}-note`;

/** Throws a FieldProblem where something is not answered. */
export function responseOf(
  fhir: Pick<Fhir, 'patient' | 'self'>,
  visit: Appointment,
  form: Questionnaire | null,
  answers: Answers,
  now = new Date().toISOString(),
): QuestionnaireResponse {
  const consents = consentItems(form);
  const name = given(answers, NAME).trim();
  const unanswered = [...CONFIRMED, ...consents.map(({ linkId }) => linkId)].filter(
    (each) => given(answers, each) === '',
  );
  const undescribed = CONFIRMED.filter(
    (part) => given(answers, part) === 'no' && given(answers, noteOf(part)).trim() === '',
  );
  const problems = [
    ...unanswered.map((each) => [each, t('Please answer this.')] as const),
    ...undescribed.map((part) => [noteOf(part), t('Please fill this in.')] as const),
    ...(name === '' ? [[NAME, t('Please fill this in.')] as const] : []),
  ];
  if (problems.length > 0) throw new FieldProblem(Object.fromEntries(problems));
  const answered = (linkId: string, text: string): QuestionnaireResponseItem => ({
    linkId,
    text,
    answer: [{ valueBoolean: given(answers, linkId) === 'yes' }],
  });
  const who = { reference: fhir.self } as Reference as never;
  return {
    resourceType: 'QuestionnaireResponse',
    identifier: { system: VISIT, value: visit.id as string },
    status: 'completed',
    subject: { reference: `Patient/${fhir.patient}` },
    author: { reference: fhir.self } as Reference as NonNullable<QuestionnaireResponse['author']>,
    authored: now,
    extension: [{ url: SIGNATURE, valueSignature: { type: [CONSENT_SIGNATURE], when: now, who } }],
    item: [
      ...CONFIRMED.flatMap((part) => [
        answered(part, t(CONFIRM_WORDS[part])),
        ...(given(answers, part) === 'no'
          ? [
              {
                linkId: noteOf(part),
                text: t('What is different?'),
                answer: [{ valueString: given(answers, noteOf(part)).trim() }],
              },
            ]
          : []),
      ]),
      ...consents.map(({ linkId, text = '' }) => answered(linkId, text)),
      // Names beside references are the server's: of what a person writes it keeps none.
      { linkId: NAME, text: t('Your full name, as your signature'), answer: [{ valueString: name }] },
    ],
  };
}

/** However often it is sent: the one that is there stays, and is what was sent where it was answered alike. */
export async function sendCheckIn(
  fhir: Fhir,
  response: QuestionnaireResponse,
): Promise<QuestionnaireResponse> {
  const stored = await fhir.create(
    response,
    `identifier=${VISIT}|${response.identifier?.value}&patient=${fhir.patient}&status=completed`,
  );
  if (answersIn(stored) !== answersIn(response)) throw sentBefore();
  return stored;
}

/** In whichever language it was asked. */
const answersIn = ({ item = [] }: QuestionnaireResponse): string =>
  JSON.stringify(
    item.map(({ linkId, answer }) => [linkId, answer?.map((each) => each.valueBoolean ?? each.valueString)]),
  );
