/** A message as FHIR has it: who wrote it to whom, about what, in answer to what. */
import type { Attachment, CareTeam, Communication, Reference } from '@medplum/fhirtypes';
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

export interface Written {
  readonly text: string;
  readonly file: File | undefined;
}

const TYPES = ['image/png', 'image/jpeg', 'application/pdf'];
/** The server takes two megabytes a message; base64 makes three bytes four. */
const MOST_BYTES = 1_000_000;

export const FILE_TYPES = TYPES.join(',');

/** By its first bytes, not by its name. Rejects with words for the person. */
export async function attachmentOf(file: File): Promise<Attachment> {
  if (file.size > MOST_BYTES) throw new Error('The file is larger than 1 MB. Please choose a smaller one.');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const contentType = typeOf(bytes);
  if (!contentType) throw new Error('Only PNG and JPEG pictures and PDF files can be sent.');
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return { contentType, title: file.name.slice(0, 200), size: bytes.length, data: btoa(text) };
}

function typeOf(bytes: Uint8Array): string | undefined {
  const starts = (...first: number[]) => first.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  return starts(0x25, 0x50, 0x44, 0x46) ? 'application/pdf' : undefined;
}

export async function newMessage(
  fhir: Fhir,
  to: Recipient,
  topic: string,
  written: Written,
): Promise<Communication> {
  return {
    ...(await message(fhir, written)),
    topic: { text: topic },
    recipient: [{ reference: to.reference as `Practitioner/${string}`, display: to.name }],
  };
}

/** To whoever of the clinic wrote last; to whom the person wrote before, when nobody has yet. */
export async function replyTo(fhir: Fhir, thread: Thread, written: Written): Promise<Communication> {
  const last = thread.messages.at(-1);
  const theirs = thread.messages.findLast(isFromClinic);
  const recipient = (theirs?.sender ? [theirs.sender] : last?.recipient) as Communication['recipient'];
  return {
    ...(await message(fhir, written)),
    ...(last?.partOf ? { partOf: last.partOf } : {}),
    ...(last?.topic ? { topic: last.topic } : {}),
    ...(last?.category ? { category: last.category } : {}),
    ...(recipient ? { recipient } : {}),
    inResponseTo: [{ reference: `Communication/${last?.id}` }],
  };
}

async function message(fhir: Fhir, { text, file }: Written): Promise<Communication> {
  const attached = file ? [{ contentAttachment: await attachmentOf(file) }] : [];
  return {
    resourceType: 'Communication',
    status: 'completed',
    subject: { reference: `Patient/${fhir.patient}` },
    sender: { reference: fhir.self } as Reference as NonNullable<Communication['sender']>,
    sent: new Date().toISOString(),
    payload: [{ contentString: text.trim() }, ...attached],
  };
}

export const isUnread = (each: Communication): boolean => isFromClinic(each) && each.received === undefined;
