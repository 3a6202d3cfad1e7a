/**
 * Conversations with the care team. A thread is a Communication without payload that carries the subject; its
 * messages point to it with `partOf` and to what they answer with `inResponseTo`.
 */
import type {
  CareTeam,
  Communication,
  Patient,
  Practitioner,
  Reference,
  RelatedPerson,
  Resource,
} from '@medplum/fhirtypes';
import { at, plusMinutes } from './calendar.ts';
import { hl7, idOf, reference } from './coding.ts';
import { careTeamId, fullName, patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { Message, PatientStory, Thread } from './story.ts';
import { pdf } from './studies.ts';

type Party = Reference<Patient | Practitioner | RelatedPerson>;

export function messages(story: PatientStory): Resource[] {
  return (story.threads ?? []).flatMap((thread) => [
    header(story, thread),
    ...thread.messages.map((_, index) => message(story, thread, index)),
  ]);
}

function threadId(story: PatientStory, { slug }: Thread): string {
  return idOf('thread', story.key, slug);
}

function messageId(story: PatientStory, { slug }: Thread, index: number): string {
  return idOf('message', story.key, slug, String(index + 1));
}

function header(story: PatientStory, thread: Thread): Communication {
  const [first] = thread.messages;
  return {
    resourceType: 'Communication',
    id: threadId(story, thread),
    status: thread.status,
    ...common(story, thread),
    sent: at(first.when.date, first.time),
    sender: party(story, first),
    recipient: [
      ...recipients(story, thread, first),
      reference<CareTeam>('CareTeam', careTeamId(story), `Care team of ${fullName(story)}`),
    ],
  };
}

function message(story: PatientStory, thread: Thread, index: number): Communication {
  const item = thread.messages[index];
  if (item === undefined) throw new RangeError(`no message ${index} in ${thread.slug}`);
  const sent = at(item.when.date, timeOf(thread, index));
  return {
    resourceType: 'Communication',
    id: messageId(story, thread, index),
    partOf: [reference<Communication>('Communication', threadId(story, thread), thread.subject)],
    ...(index > 0 && {
      inResponseTo: [reference<Communication>('Communication', messageId(story, thread, index - 1))],
    }),
    status: 'completed',
    ...common(story, thread),
    sent,
    ...(item.read !== false && { received: sent }),
    sender: party(story, item),
    recipient: recipients(story, thread, item),
    payload: [
      { contentString: item.text },
      ...(item.attachment === undefined
        ? []
        : [
            {
              contentAttachment: {
                ...pdf(story, item.attachment.title, item.when.date, item.attachment.lines),
                creation: sent,
              },
            },
          ]),
    ],
  };
}

const ANSWERED_AFTER_MINUTES = 25;

/** Days are moved to working days: two of one thread may so fall on the same, where the answer must not come before what it answers. */
function timeOf(thread: Pick<Thread, 'messages'>, index: number): string {
  const [item, before] = [thread.messages[index], thread.messages[index - 1]];
  if (item === undefined || before?.when.date !== item.when.date) return item?.time ?? '';
  const earliest = plusMinutes(timeOf(thread, index - 1), ANSWERED_AFTER_MINUTES);
  return item.time > earliest ? item.time : earliest;
}

function common(story: PatientStory, thread: Thread) {
  return {
    category: [hl7('communication-category', ['notification', 'Notification'], 'Message')],
    medium: [hl7('v3-ParticipationMode', ['WRITTEN', 'written'], 'Portal message')],
    subject: patientReference(story),
    topic:
      thread.topic === undefined
        ? { text: thread.subject }
        : hl7('communication-topic', thread.topic, thread.subject),
  };
}

function party(story: PatientStory, { from }: Message): Party {
  if (from === 'patient') return patientReference(story);
  const [proxy] = story.proxies ?? [];
  if (from !== 'proxy') return reference<Practitioner>('Practitioner', from, displayName(from));
  if (proxy === undefined) throw new Error(`${story.id} has no proxy to write messages`);
  return reference<RelatedPerson>('RelatedPerson', proxy.id, `${proxy.given} ${proxy.family}`);
}

/** What the patient or proxy writes goes to the clinicians of the thread; what they write goes to the other side. */
function recipients(story: PatientStory, thread: Thread, item: Message): Party[] {
  if (item.from === 'patient' || item.from === 'proxy') {
    return thread.with.map((id) => reference<Practitioner>('Practitioner', id, displayName(id)));
  }
  const writer = thread.messages.find(({ from }) => from === 'proxy');
  return writer === undefined ? [patientReference(story)] : [patientReference(story), party(story, writer)];
}
