/** A message answered by the clinic: to whoever wrote it, in the same conversation; and a new one about something else that waits. */
import type { Communication, Patient, Reference, RelatedPerson, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { idOf } from '../../format/reference.ts';
import type { Change, Fhir, FhirApi } from '../../smart/fhir.ts';
import { criteriaOf, identified } from '../../smart/once.ts';
import { messagesQuery, type Thread, threadsOf } from '../messages/queries.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided } from './decide.ts';

/** The conversation that a Task is about. */
export const threadQuery = (fhir: Fhir, task: Task) =>
  queryOptions({
    ...messagesQuery(fhir),
    select: ({ resources }): { readonly thread: Thread | undefined } => {
      const id = idOf(task.focus, 'Communication');
      return { thread: threadsOf(resources).find(({ messages }) => messages.some((each) => each.id === id)) };
    },
  });

type Party = Reference<Patient | RelatedPerson>;

export interface Words {
  readonly topic?: string;
  readonly text: string;
}

/** `to`: what is answered; undefined: a conversation of its own. */
export function messageOf(
  task: Task,
  by: By,
  { topic, text }: Words,
  to: Communication | undefined,
): Communication {
  const recipient = (to?.sender ?? task.requester ?? task.for) as Party;
  return {
    resourceType: 'Communication',
    status: 'completed',
    ...(to?.partOf ? { partOf: to.partOf } : {}),
    ...(to ? { inResponseTo: [{ reference: `Communication/${to.id}` }] } : {}),
    ...(to?.category ? { category: to.category } : {}),
    ...(topic ? { topic: { text: topic } } : to?.topic ? { topic: to.topic } : {}),
    subject: task.for as Reference<Patient>,
    sender: by,
    recipient: [recipient],
    sent: new Date().toISOString(),
    payload: [{ contentString: text.trim() }],
  };
}

const send = (message: Communication, identity: string): Change => ({
  resource: identified(message, identity),
  onlyIfNone: criteriaOf(identity),
});

/** A message that comes of a Task, and is no answer to one: as its output it is kept from whom what the Task is about is (R18d of docs/SECURITY.md). */
export function sentWith(
  task: Task,
  message: Communication,
  identity: string,
): { readonly change: Change; readonly output: NonNullable<Task['output']> } {
  const fullUrl = `urn:uuid:${crypto.randomUUID()}`;
  const made = { type: { text: 'Message' }, valueReference: { reference: fullUrl } as Reference as never };
  return { change: { ...send(message, identity), fullUrl }, output: [...(task.output ?? []), made] };
}

/** The answer, what it answers marked as read, and the Task done: together. */
export function answer(
  fhir: FhirApi,
  task: Task,
  {
    by,
    words,
    thread,
    identity,
  }: {
    readonly by: By;
    readonly words: Words;
    readonly thread: Thread | undefined;
    readonly identity: string;
  },
): Promise<void> {
  const received = new Date().toISOString();
  const theirs = (thread?.messages ?? []).filter(
    ({ sender, received: read }) => read === undefined && sender?.reference !== by.reference,
  );
  const last = thread?.messages.findLast(({ sender }) =>
    /^(Patient|RelatedPerson)\//.test(sender?.reference ?? ''),
  );
  return decide(
    fhir,
    decided(task, by, { status: 'completed' }),
    [
      send(messageOf(task, by, words, last ?? thread?.messages.at(-1)), identity),
      ...theirs
        .filter(({ sender }) => /^(Patient|RelatedPerson)\//.test(sender?.reference ?? ''))
        .map((each): Change => ({ resource: { ...each, received } })),
    ],
    identity,
  );
}
