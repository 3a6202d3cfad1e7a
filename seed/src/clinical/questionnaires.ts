/** Questionnaires of the clinic, and what patients answered: the response, its score and the single answers as Observations. */
import type {
  Observation,
  Organization,
  Practitioner,
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireResponse,
  Resource,
} from '@medplum/fhirtypes';
import {
  answerOptions,
  type QuestionnaireKey,
  type Questions,
  questionnaires,
} from '../codes/questionnaires.ts';
import { at } from './calendar.ts';
import { CLINIC, coding, hl7, idOf, LOINC, loinc, quantity, reference, usCore } from './coding.ts';
import { CLINIC_ID, CLINIC_NAME } from './directory.ts';
import { fullName, patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { FilledQuestionnaire, PatientStory } from './story.ts';

const SURVEY = hl7('observation-category', ['survey', 'Survey']);

export function questionnaireUrl(key: string): string {
  return `${CLINIC}/Questionnaire/${key}`;
}

/** The Questionnaire resources, part of the directory. */
export function questionnaireDefinitions(): Questionnaire[] {
  return [...(Object.keys(questionnaires) as QuestionnaireKey[]).map(scored), preVisit(), checkIn()];
}

function base(id: string, title: string) {
  return {
    resourceType: 'Questionnaire',
    id,
    url: questionnaireUrl(id),
    version: '1.0',
    name: title.replace(/[^A-Za-z0-9]/g, ''),
    title,
    status: 'active',
    experimental: false,
    subjectType: ['Patient'],
    date: '2020-01-06',
    publisher: CLINIC_NAME,
  } as const satisfies Partial<Questionnaire>;
}

function scored(key: QuestionnaireKey): Questionnaire {
  const { title, code, intro, items, total } = questionnaires[key];
  return {
    ...base(key, title),
    code: [coding(LOINC, code)],
    description: intro,
    item: [
      { linkId: 'intro', type: 'display', text: intro },
      ...items.map(
        (item): QuestionnaireItem => ({
          linkId: item.linkId,
          code: [coding(LOINC, item.code)],
          type: 'choice',
          text: item.text,
          required: true,
          answerOption: answerOptions.map((option, score) => ({
            valueCoding: {
              extension: [
                { url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: score },
              ],
              ...coding(LOINC, option),
            },
          })),
        }),
      ),
      {
        linkId: total[0],
        code: [coding(LOINC, total)],
        type: 'integer',
        text: 'Total score',
        readOnly: true,
      },
    ],
  };
}

function preVisit(): Questionnaire {
  return {
    ...base('pre-visit', 'Before your visit'),
    description: 'Five questions that help your care team prepare.',
    item: [
      {
        linkId: 'main-concern',
        type: 'text',
        text: 'What would you most like to talk about?',
        required: true,
      },
      { linkId: 'new-symptoms', type: 'text', text: 'Is anything new or different since your last visit?' },
      {
        linkId: 'medicines-changed',
        type: 'boolean',
        text: 'Have you started, stopped or changed any medicine, vitamin or supplement?',
        required: true,
      },
      {
        linkId: 'medicines-what',
        type: 'text',
        text: 'Which, and why?',
        enableWhen: [{ question: 'medicines-changed', operator: '=', answerBoolean: true }],
      },
      {
        linkId: 'falls',
        type: 'choice',
        text: 'How often did you fall in the last year?',
        answerOption: [
          { valueString: 'Not at all' },
          { valueString: 'Once' },
          { valueString: 'More than once' },
        ],
      },
    ],
  };
}

/** What consent is asked to before each visit; the portal asks it where somebody checks in. */
function checkIn(): Questionnaire {
  const consent = (linkId: string, text: string, spanish: string): QuestionnaireItem =>
    ({
      linkId,
      type: 'boolean',
      text,
      _text: {
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/translation',
            extension: [
              { url: 'lang', valueCode: 'es' },
              { url: 'content', valueString: spanish },
            ],
          },
        ],
      },
      required: true,
    }) as QuestionnaireItem;
  return {
    ...base('check-in', 'Consents before a visit'),
    code: [{ system: 'urn:wellspring:form', code: 'check-in' }],
    item: [
      consent(
        'consent-treatment',
        'I agree to be examined and treated at this visit. I can ask questions, and say no to any part, at any time.',
        'Acepto que me examinen y me traten en esta cita. Puedo hacer preguntas, y negarme a cualquier parte, en todo momento.',
      ),
      consent(
        'consent-privacy',
        'I have been offered the clinic’s notice of privacy practices.',
        'Me han ofrecido el aviso de prácticas de privacidad de la clínica.',
      ),
      consent(
        'consent-billing',
        'The clinic may send my insurance what it needs to pay for this visit.',
        'La clínica puede enviar a mi seguro lo que necesite para pagar esta cita.',
      ),
    ],
  };
}

export function questionnaireResults(story: PatientStory): Resource[] {
  return (story.questionnaires ?? []).flatMap((filled) => {
    const response = questionnaireResponse(story, filled);
    const answers = questionnaires[filled.questionnaire].items.map((_, index) =>
      answerObservation(story, filled, index),
    );
    return [response, ...answers, scoreObservation(story, filled, answers)];
  });
}

function total({ answers }: FilledQuestionnaire): number {
  return answers.reduce((sum, answer) => sum + answer, 0);
}

function severity({ severities }: Questions, score: number): string {
  return severities.findLast(([from]) => score >= from)?.[1] ?? '';
}

function option(answer: number | undefined) {
  const found = answerOptions[answer ?? -1];
  if (found === undefined) throw new RangeError(`an answer is 0 to 3, not ${answer}`);
  return coding(LOINC, found);
}

function responseId(story: PatientStory, { questionnaire, when }: FilledQuestionnaire): string {
  return idOf('answers', story.key, questionnaire, when.key);
}

function questionnaireResponse(story: PatientStory, filled: FilledQuestionnaire): QuestionnaireResponse {
  const { items, total: totalCode } = questionnaires[filled.questionnaire];
  return {
    resourceType: 'QuestionnaireResponse',
    id: responseId(story, filled),
    meta: usCore('questionnaireresponse'),
    identifier: { system: `${CLINIC}/answers`, value: responseId(story, filled) },
    questionnaire: questionnaireUrl(filled.questionnaire),
    status: 'completed',
    subject: patientReference(story),
    authored: at(filled.when.date, filled.time ?? '08:50'),
    author: patientReference(story),
    item: [
      ...items.map(({ linkId, text }, index) => ({
        linkId,
        text,
        answer: [{ valueCoding: option(filled.answers[index]) }],
      })),
      { linkId: totalCode[0], text: 'Total score', answer: [{ valueInteger: total(filled) }] },
    ],
  };
}

function surveyObservation(story: PatientStory, filled: FilledQuestionnaire) {
  return {
    resourceType: 'Observation',
    meta: usCore('observation-screening-assessment'),
    status: 'final',
    category: [SURVEY],
    subject: patientReference(story),
    effectiveDateTime: at(filled.when.date, filled.time ?? '08:50'),
    derivedFrom: [reference<QuestionnaireResponse>('QuestionnaireResponse', responseId(story, filled))],
  } as const satisfies Partial<Observation>;
}

function answerObservation(story: PatientStory, filled: FilledQuestionnaire, index: number): Observation {
  const item = questionnaires[filled.questionnaire].items[index];
  if (item === undefined) throw new RangeError(`${filled.questionnaire} has no question ${index}`);
  return {
    ...surveyObservation(story, filled),
    id: idOf('obs', story.key, filled.questionnaire, String(index + 1), filled.when.key),
    code: loinc(item.code, item.text),
    performer: [patientReference(story)],
    valueCodeableConcept: { coding: [option(filled.answers[index])] },
  };
}

function scoreObservation(
  story: PatientStory,
  filled: FilledQuestionnaire,
  members: readonly Observation[],
): Observation {
  const questions = questionnaires[filled.questionnaire];
  const score = total(filled);
  return {
    ...surveyObservation(story, filled),
    id: idOf('obs', story.key, filled.questionnaire, 'total', filled.when.key),
    code: loinc(questions.total, `${questions.title} score`),
    performer: [
      reference<Practitioner>('Practitioner', filled.clinician, displayName(filled.clinician)),
      reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME),
    ],
    valueQuantity: quantity(score, '{score}', 'points'),
    interpretation: [{ text: severity(questions, score) }],
    hasMember: members.map(({ id = '', code }) => reference<Observation>('Observation', id, code.text)),
    note: [{ text: `Answered by ${fullName(story)} before the visit.` }],
  };
}
