/** A day's work for the care team's desk: what patients sent in the last days, and nobody has answered yet. The server files each of it as a Task when it is loaded. */
import type {
  Appointment,
  Communication,
  Coverage,
  DocumentReference,
  Patient,
  Practitioner,
  QuestionnaireResponse,
  Resource,
  Task,
} from '@medplum/fhirtypes';
import { answerOptions, questionnaires } from '../codes/questionnaires.ts';
import { addDays, at } from './calendar.ts';
import { coding, concept, idOf, LOINC, loinc, reference } from './coding.ts';
import { patientReference } from './patient.ts';
import { type ClinicianId, displayName } from './practitioners.ts';
import { questionnaireUrl } from './questionnaires.ts';
import type { PatientStory, World } from './story.ts';
import { pdf } from './studies.ts';

interface Sender {
  readonly story: PatientStory;
  /** The working day so many days ago. */
  readonly day: (days: number) => string;
}

/** By the key of the patient's story. */
const SENT: Readonly<Record<string, (sender: Sender) => Resource[]>> = {
  robert: (from) => [
    message(
      from,
      'gout',
      2,
      'amara-osei',
      'Gout',
      'My big toe is red and swollen again since the weekend. Should I take more allopurinol?',
    ),
  ],
  samuel: (from) => [
    alarm(from, 0),
    message(
      from,
      'sleep',
      1,
      'fiona-walsh',
      'Sleep',
      'I still sleep badly. Is it too early to say whether the new tablets help?',
    ),
  ],
  walter: (from) => [visitRequest(from, 'feet', 1, 'amara-osei', 'Numb feet since last week')],
  daniel: (from) => [
    letterRequest(
      from,
      'sick-note',
      1,
      ['sick-note', 'School or sick note'],
      'For my employer: Monday to Wednesday of last week.',
    ),
  ],
  dorothy: (from) => [insurance(from, 'supplement', 'Granite State Supplement', 'GS-448120')],
  wei: (from) => [
    letter(from, 'hospital-letter', 1, 'Letter from Valley Hospital', [
      'Seen in the emergency room for chest pain.',
      'ECG and troponin normal. Advised to see the family doctor within a week.',
    ]),
  ],
  aisha: (from) => [
    correction(from, 'name', 1, 'My family name is Rahman-Cole since my wedding in October.'),
    message(
      from,
      'travel',
      0,
      undefined,
      'Travel vaccines',
      'I fly to Dhaka in January. Which vaccines do I need, and when?',
    ),
  ],
};

export function waiting(story: PatientStory, { calendar }: World): Resource[] {
  const day = (days: number): string => calendar.ago(days, 'waiting').date;
  return SENT[story.key]?.({ story, day }) ?? [];
}

function message(
  { story, day }: Sender,
  slug: string,
  days: number,
  to: ClinicianId | undefined,
  topic: string,
  text: string,
): Communication {
  return {
    resourceType: 'Communication',
    id: idOf('message', story.key, slug),
    status: 'completed',
    topic: { text: topic },
    subject: patientReference(story),
    sender: patientReference(story),
    ...(to ? { recipient: [reference<Practitioner>('Practitioner', to, displayName(to))] } : {}),
    sent: at(day(days), '07:40'),
    payload: [{ contentString: text }],
  };
}

/** PHQ-9 with “several days” at its last question, about thoughts of death. */
function alarm({ story, day }: Sender, days: number): QuestionnaireResponse {
  const { items, total } = questionnaires['phq-9'];
  const answers = items.map((_, i) => (i === items.length - 1 ? 1 : 2));
  return {
    resourceType: 'QuestionnaireResponse',
    id: idOf('answers', story.key, 'phq-9', 'waiting'),
    questionnaire: questionnaireUrl('phq-9'),
    status: 'completed',
    subject: patientReference(story),
    author: patientReference(story),
    authored: at(day(days), '06:55'),
    item: [
      ...items.map(({ linkId, text }, i) => ({
        linkId,
        text,
        answer: [
          { valueCoding: coding(LOINC, answerOptions[answers[i] ?? 0] as (typeof answerOptions)[number]) },
        ],
      })),
      {
        linkId: total[0],
        text: 'Total score',
        answer: [{ valueInteger: answers.reduce((sum, each) => sum + each, 0) }],
      },
    ],
  };
}

function visitRequest(
  { story, day }: Sender,
  slug: string,
  days: number,
  clinician: ClinicianId,
  why: string,
): Appointment {
  const asked = day(days);
  return {
    resourceType: 'Appointment',
    id: idOf('appointment', story.key, slug),
    status: 'proposed',
    description: why,
    comment: 'Asked for in person, in the morning.',
    created: at(asked, '08:05'),
    requestedPeriod: [{ start: at(addDays(asked, 2), '00:00'), end: at(addDays(asked, 16), '23:59') }],
    participant: [
      { actor: reference<Patient>('Patient', story.id, patientReference(story).display), status: 'accepted' },
      {
        actor: reference<Practitioner>('Practitioner', clinician, displayName(clinician)),
        status: 'needs-action',
      },
    ],
  };
}

function insurance({ story }: Sender, slug: string, payer: string, member: string): Coverage {
  return {
    resourceType: 'Coverage',
    id: idOf('coverage', story.key, slug),
    status: 'draft',
    subscriberId: member,
    beneficiary: patientReference(story),
    payor: [{ display: payer }],
  };
}

function letter(
  { story, day }: Sender,
  slug: string,
  days: number,
  title: string,
  lines: readonly string[],
): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    id: idOf('document', story.key, slug),
    status: 'current',
    docStatus: 'preliminary',
    type: loinc(['11503-0', 'Medical records'], title),
    subject: patientReference(story),
    date: at(day(days), '16:30'),
    description: title,
    content: [{ attachment: pdf(story, title, day(days), lines) }],
  };
}

function correction(from: Sender, slug: string, days: number, what: string): Task {
  return {
    ...asked(from, at(from.day(days), '19:20'), 'front-desk', what),
    id: idOf('correction', from.story.key, slug),
    code: concept(
      'urn:wellspring:task',
      ['profile-correction', 'Correction'],
      'Correction of personal information',
    ),
    description: 'Correction of personal information',
    focus: patientReference(from.story),
  };
}

function letterRequest(
  from: Sender,
  slug: string,
  days: number,
  kind: readonly [code: string, display: string],
  what: string,
): Task {
  return {
    ...asked(from, at(from.day(days), '18:05'), 'nurse', what),
    id: idOf('letter', from.story.key, slug),
    code: concept('urn:wellspring:task', ['letter', 'Letter'], 'Letter or form'),
    reasonCode: concept('urn:wellspring:letter', kind),
    description: kind[1],
  };
}

/** What the patient asks of those of a role, in their own words. */
function asked({ story }: Sender, when: string, role: string, what: string): Task {
  const patient = patientReference(story);
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'routine',
    for: patient,
    authoredOn: when,
    lastModified: when,
    requester: patient,
    performerType: [{ coding: [{ system: 'urn:wellspring:staff-role', code: role }] }],
    note: [{ authorReference: patient, time: when, text: what }],
  };
}
