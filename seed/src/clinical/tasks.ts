/** Tasks: refill requests (as R4's own refill example has them) and questionnaires the patient is asked to fill in. */
import type { MedicationRequest, Practitioner, Questionnaire, Resource, Task } from '@medplum/fhirtypes';
import { at } from './calendar.ts';
import { concept, idOf, reference, snomed } from './coding.ts';
import { prescriptionId } from './medications.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import { questionnaireUrl } from './questionnaires.ts';
import type { PatientStory, RefillRequest, ToDo } from './story.ts';

export function tasks(story: PatientStory): Resource[] {
  return [
    ...(story.refillRequests ?? []).map((request) => refill(story, request)),
    ...(story.toDo ?? []).map((item) => toDo(story, item)),
  ];
}

function refill(story: PatientStory, request: RefillRequest): Task {
  const asked = at(request.when.date, request.time);
  return {
    resourceType: 'Task',
    id: idOf('refill', story.key, request.slug),
    status: request.status,
    intent: 'order',
    priority: 'routine',
    performerType: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'nurse' }] }],
    code: snomed(['103742009', 'Renewal of prescription (procedure)'], 'Refill request'),
    description: 'Refill request',
    focus: reference<MedicationRequest>('MedicationRequest', prescriptionId(story, request.prescription)),
    for: patientReference(story),
    authoredOn: asked,
    lastModified: asked,
    requester: patientReference(story),
    owner: reference<Practitioner>('Practitioner', request.clinician, displayName(request.clinician)),
    ...(request.note !== undefined && {
      note: [{ authorReference: patientReference(story), time: asked, text: request.note }],
    }),
  };
}

function toDo(story: PatientStory, item: ToDo): Task {
  const authored = at(item.authored.date, '09:00');
  return {
    resourceType: 'Task',
    id: idOf('to-do', story.key, item.slug),
    instantiatesCanonical: questionnaireUrl(item.questionnaire),
    status: 'ready',
    intent: 'order',
    code: concept('http://hl7.org/fhir/uv/sdc/CodeSystem/temp', [
      'complete-questionnaire',
      'Complete Questionnaire',
    ]),
    description: item.text,
    focus: reference<Questionnaire>('Questionnaire', item.questionnaire),
    for: patientReference(story),
    authoredOn: authored,
    lastModified: authored,
    requester: reference<Practitioner>('Practitioner', item.clinician, displayName(item.clinician)),
    owner: patientReference(story),
    restriction: { period: { end: at(item.due.date, '08:00') } },
  };
}
