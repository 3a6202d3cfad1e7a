/** A message as FHIR has it: who wrote it to whom, about what, in answer to what. */
import type { CareTeam, Communication, Reference } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { isFromClinic } from '../../format/message.ts';
import type { Fhir } from '../../smart/fhir.ts';
import type { Thread } from './queries.ts';

export interface Recipient {
  readonly reference: string;
  readonly name: string;
}

/** The patient's own care team: nobody else can be written to. */
export const recipientsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['care-team', fhir.patient],
    queryFn: async () => {
      const { resources } = await fhir.search<CareTeam>('CareTeam', {
        patient: fhir.patient,
        status: 'active',
      });
      return recipientsOf(resources);
    },
  });

export function recipientsOf(teams: readonly CareTeam[]): Recipient[] {
  const members = teams.flatMap(({ participant = [] }) => participant.flatMap(({ member }) => member ?? []));
  const people = members.filter(({ reference }) => reference?.startsWith('Practitioner/'));
  const unique = new Map(
    people.map((each) => [each.reference as string, each.display ?? 'A member of your care team']),
  );
  return [...unique].map(([reference, name]) => ({ reference, name }));
}

export function newMessage(fhir: Fhir, to: Recipient, topic: string, text: string): Communication {
  return {
    ...message(fhir, text),
    topic: { text: topic },
    recipient: [{ reference: to.reference as `Practitioner/${string}`, display: to.name }],
  };
}

/** To whoever of the clinic wrote last; to whom the person wrote before, when nobody has yet. */
export function replyTo(fhir: Fhir, thread: Thread, text: string): Communication {
  const last = thread.messages.at(-1);
  const theirs = thread.messages.findLast(isFromClinic);
  const recipient = (theirs?.sender ? [theirs.sender] : last?.recipient) as Communication['recipient'];
  return {
    ...message(fhir, text),
    ...(last?.partOf ? { partOf: last.partOf } : {}),
    ...(last?.topic ? { topic: last.topic } : {}),
    ...(last?.category ? { category: last.category } : {}),
    ...(recipient ? { recipient } : {}),
    inResponseTo: [{ reference: `Communication/${last?.id}` }],
  };
}

function message(fhir: Fhir, text: string): Communication {
  return {
    resourceType: 'Communication',
    status: 'completed',
    subject: { reference: `Patient/${fhir.patient}` },
    sender: { reference: fhir.self } as Reference as NonNullable<Communication['sender']>,
    sent: new Date().toISOString(),
    payload: [{ contentString: text.trim() }],
  };
}

export const isUnread = (each: Communication): boolean => isFromClinic(each) && each.received === undefined;
