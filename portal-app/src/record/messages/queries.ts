/** Messages as threads: a reply names what it answers. */
import type { Communication } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { newestFirst } from '../../format/date.ts';
import { isMessage } from '../../format/message.ts';
import { t } from '../../i18n/text.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir } from '../../smart/fhir.ts';

export interface Thread {
  readonly id: string;
  readonly topic: string;
  /** Oldest first. */
  readonly messages: readonly Communication[];
}

export const messagesQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['messages', fhir.patient],
    queryFn: () =>
      allPages<Communication>(fhir, 'Communication', {
        subject: `Patient/${fhir.patient}`,
        _sort: '-sent',
        _count: '200',
      }),
  });

/** The thread with the newest message first. */
export function threadsOf(messages: readonly Communication[]): Thread[] {
  const byId = new Map(messages.map((message) => [`Communication/${message.id}`, message]));
  const threads = new Map<string, Communication[]>();
  for (const message of messages) {
    const root = rootOf(message, byId);
    threads.set(root, [...(threads.get(root) ?? []), message]);
  }
  return [...threads]
    .map(([id, list]) => {
      const ordered = list.toSorted((a, b) => newestFirst(b.sent, a.sent));
      return { id, topic: topicOf(ordered), messages: ordered.filter(isMessage) };
    })
    .filter(({ messages: said }) => said.length > 0)
    .sort((a, b) => newestFirst(a.messages.at(-1)?.sent, b.messages.at(-1)?.sent));
}

function rootOf(message: Communication, byId: ReadonlyMap<string, Communication>): string {
  let current = message;
  // A chain that bites its own tail ends all the same.
  for (let hops = 0; hops < 100; hops++) {
    const parent = current.inResponseTo?.[0]?.reference ?? current.partOf?.[0]?.reference;
    const found = parent === undefined ? undefined : byId.get(parent);
    if (!found) break;
    current = found;
  }
  return current.id as string;
}

function topicOf(messages: readonly Communication[]): string {
  const first = messages.find((message) => message.topic) ?? messages[0];
  return first?.topic?.text ?? first?.topic?.coding?.[0]?.display ?? t('Message');
}
