/** What one patient gets of a broadcast: a message, or a questionnaire to fill in; in their language, with its fields filled. Pure. */
import { BROADCAST } from '../../access/reach.ts';
import type { BroadcastOrder, Field, Words } from '../../operations/broadcasts/order.ts';
import { firstName, fullName, type PatientJson } from '../../operations/broadcasts/recipients.ts';
import { languageOf } from '../../repository/notices/addressee.ts';
import type { ResourceJson } from '../../repository/text/resource-text.ts';

/** Names it, whoever sends it again. */
export const identifierOf = (broadcast: string, patient: string) => ({
  system: BROADCAST,
  value: `${broadcast}/${patient}`,
});

export function sentTo(
  broadcast: string,
  { content, from }: Pick<BroadcastOrder, 'content' | 'from'>,
  { id, patient }: { readonly id: string; readonly patient: PatientJson },
  at: string,
): ResourceJson {
  const to = { reference: `Patient/${id}` };
  const fields: Readonly<Record<Field, string>> = {
    first: firstName(patient),
    name: fullName(patient),
    clinic: from.senderName,
    me: from.authorName,
  };
  const said = ({ text, spanish }: Words): string =>
    (languageOf(patient) === 'es' ? (spanish ?? text) : text).replaceAll(
      /\{(\w+)\}/g,
      (whole, name: string) => fields[name as Field] ?? whole,
    );
  const common = {
    identifier: [identifierOf(broadcast, id)],
    basedOn: [{ reference: `CommunicationRequest/${broadcast}` }],
  };
  if (content.kind === 'message')
    return {
      resourceType: 'Communication',
      ...common,
      status: 'completed',
      topic: { text: said(content.topic) },
      subject: to,
      sender: { reference: from.sender, display: from.senderName },
      recipient: [to],
      sent: at,
      payload: [{ contentString: said(content.words) }],
    };
  return {
    resourceType: 'Task',
    ...common,
    status: 'ready',
    intent: 'order',
    code: {
      coding: [{ system: 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp', code: 'complete-questionnaire' }],
    },
    description: said(content.topic),
    focus: { reference: content.questionnaire },
    for: to,
    authoredOn: at,
    lastModified: at,
    requester: { reference: from.author, display: from.authorName },
    owner: to,
  };
}
