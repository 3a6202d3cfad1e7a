/** A message as FHIR has it: who wrote it to whom, about what, in answer to what. */
import type { CareTeam, Communication, Practitioner, PractitionerRole, Reference } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { attachmentOf } from '../../format/attachment.ts';
import { hasEnded } from '../../format/holds.ts';
import { isFromClinic } from '../../format/message.ts';
import { t } from '../../i18n/text.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';
import { isInForce } from '../staff/in-force.ts';
import type { Thread } from './queries.ts';

export interface Recipient {
  readonly reference: string;
  readonly name: string;
}

/** The patient's own care team, each of its members and as a whole: nobody else can be written to. */
export const recipientsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['care-team', fhir.patient],
    queryFn: async () => {
      const { resources } = await fhir.search<CareTeam>('CareTeam', {
        patient: fhir.patient,
        status: 'active',
      });
      const members = recipientsOf(resources);
      const gone = await whoLeft(
        fhir,
        members.flatMap(({ reference }) => /^Practitioner\/(.+)/.exec(reference)?.[1] ?? []),
      );
      return members.filter(({ reference }) => !gone.has(reference));
    },
  });

/** Whoever is no more at the clinic, or has roles of which none holds; of whom nothing can be read, nobody knows that. */
async function whoLeft(fhir: Fhir, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const answers = await fhir.batch([
    `Practitioner?_id=${ids.join(',')}&_count=100`,
    `PractitionerRole?practitioner=${ids.join(',')}&_count=200`,
  ]);
  return leftOf(listOf<Practitioner>(answers[0]) ?? [], listOf<PractitionerRole>(answers[1]) ?? []);
}

export function leftOf(
  people: readonly Practitioner[],
  roles: readonly PractitionerRole[],
  now = Date.now(),
): ReadonlySet<string> {
  const byPerson = Map.groupBy(roles, ({ practitioner }) => practitioner?.reference ?? '');
  return new Set([
    ...people.filter(({ active }) => active === false).map(({ id }) => `Practitioner/${id}`),
    ...[...byPerson].filter(([, own]) => !own.some((role) => isInForce(role, now))).map(([who]) => who),
  ]);
}

export function recipientsOf(teams: readonly CareTeam[]): Recipient[] {
  // The team as a whole is the clinic's pool: whoever of it is there answers.
  const pools = teams.map(({ id, name }) => [`CareTeam/${id}`, name ?? t('My whole care team')] as const);
  const members = teams.flatMap(({ participant = [] }) =>
    participant.flatMap(({ member, period }) => (!member || hasEnded(period) ? [] : member)),
  );
  const people = members.filter(({ reference }) => reference?.startsWith('Practitioner/'));
  const unique = new Map(
    people.map((each) => [each.reference as string, each.display ?? t('A member of your care team')]),
  );
  return [...unique, ...pools].map(([reference, name]) => ({ reference, name }));
}

export interface Written {
  readonly text: string;
  readonly file: File | undefined;
}

export async function newMessage(
  fhir: Fhir,
  to: Recipient,
  topic: string,
  written: Written,
  about?: string,
): Promise<Communication> {
  return {
    ...(await message(fhir, written)),
    topic: { text: topic },
    ...(about
      ? { about: [{ reference: about } as Reference as NonNullable<Communication['about']>[number]] }
      : {}),
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
