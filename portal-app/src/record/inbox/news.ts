/**
 * What is new in a record, of every kind, in one list: messages nobody has read, results, documents, visits and answers that the clinic wrote lately and that were not
 * opened on this device (device/seen.ts), and what there is to do. The inbox shows it; badges and the tab's title count it.
 */

import type { Appointment, DocumentReference, Task } from '@medplum/fhirtypes';
import { reason } from '../../format/appointment.ts';
import { timeOf } from '../../format/date.ts';
import { senderName } from '../../format/message.ts';
import { idOf } from '../../format/reference.ts';
import { conceptText, isFromPerson, testName } from '../../format/words.ts';
import { t } from '../../i18n/text.ts';
import type { Glance } from '../glance/queries.ts';
import { answerOf } from '../medicines/refills.ts';
import { isUnread } from '../messages/unread.ts';
import { type Group, groupedOrders, type IsFresh, isNewOrder, keysOf } from '../results/order.ts';
import { when } from '../visits/words.ts';
import { taskTitle } from './task-title.ts';
import { isTheirsToDo } from './theirs.ts';

export type NewsKind = 'message' | 'result' | 'visit' | 'answer' | 'document' | 'task';

export interface News {
  readonly kind: NewsKind;
  /** undefined: it has none, and is called by its kind. */
  readonly title: string | undefined;
  readonly about?: string | undefined;
  /** Milliseconds; NaN: the record does not say when it came. */
  readonly at: number;
  /** The page that shows it. */
  readonly to: string;
  /** By which it counts as seen. None: it is new until it was read, or done. */
  readonly keys: readonly string[];
}

/** The newest first, and what there is to do before all of it. */
export function newsOf(glance: Glance, self: string, isFresh: IsFresh): News[] {
  const fresh = (each: News): boolean =>
    each.keys.length === 0 || each.keys.some((key) => isFresh(key, each.at));
  const all = [
    ...(glance.messages ?? []).filter(isUnread).map(
      (message): News => ({
        kind: 'message',
        title: senderName(message, self),
        at: timeOf(message.sent),
        to: '/messages',
        keys: [],
      }),
    ),
    ...newOrders(glance, isFresh).map(orderNews),
    ...glance.visits.filter(isByClinic).map(visitNews).filter(fresh),
    ...glance.answered.map(answerNews).filter(fresh),
    ...glance.documents
      .filter((each) => isByClinic(each) && !each.author?.some(isFromPerson))
      .map(documentNews)
      .filter(fresh),
  ];
  const newestFirst = all.toSorted((a, b) => (b.at || 0) - (a.at || 0));
  const todo = (glance.tasks ?? []).filter((task) => isTheirsToDo(task, self)).map(taskNews);
  return [...(glance.wantsContact ? [CONTACT()] : []), ...todo, ...newestFirst];
}

/** Results that came lately and were not opened here, as they were ordered: of a report all, of what came without one what was not opened. */
export const newOrders = ({ reports, results = [] }: Glance, isFresh: IsFresh): Group[] =>
  groupedOrders(reports?.found ?? [], reports?.included ?? [], results)
    .filter((each) => isNewOrder(each, isFresh))
    .map((each) =>
      each.report ? each : { ...each, lines: each.lines.filter(({ id }) => isFresh(id, each.came)) },
    );

/** A report, or what one day gave without one, is one piece of news. */
function orderNews(order: Group): News {
  const { report, lines, came: at } = order;
  const keys = keysOf(order);
  if (report) return { kind: 'result', title: testName(report.code), at, to: `/reports/${report.id}`, keys };
  return {
    kind: 'result',
    title: lines
      .slice(0, 3)
      .map(({ code }) => testName(code))
      .join(', '),
    about: lines.length > 3 ? t('and {count} more', { count: lines.length - 3 }) : undefined,
    at,
    // Which report they belong to, if any older one, is asked when it is opened.
    to: lines.length === 1 ? `/results/${keys[0]}` : `/reports/of/${keys.join(',')}`,
    keys,
  };
}

/** Each version is news of its own: it was booked, moved, cancelled. */
export const visitKey = ({ id, meta }: Appointment): string => `Appointment/${id}/${meta?.versionId ?? ''}`;

function visitNews(visit: Appointment): News {
  return {
    kind: 'visit',
    title: [reason(visit), when(visit)].join(' · '),
    about: visit.status === 'cancelled' ? t('Cancelled') : undefined,
    at: timeOf(visit.meta?.lastUpdated ?? visit.created),
    to: '/appointments',
    keys: [visitKey(visit)],
  };
}

function answerNews(task: Task): News {
  return {
    kind: 'answer',
    title: [taskTitle(task), task.focus?.display].filter(Boolean).join(' · '),
    about: [t(task.status === 'completed' ? 'Done' : 'Declined'), answerOf(task)].filter(Boolean).join(': '),
    at: timeOf(task.lastModified ?? task.meta?.lastUpdated),
    to: taskPlace(task) ?? '/',
    keys: [`Task/${task.id}/${task.meta?.versionId ?? ''}`],
  };
}

function documentNews(document: DocumentReference): News {
  return {
    kind: 'document',
    title: document.description ?? (document.type ? conceptText(document.type) : undefined),
    at: timeOf(document.date ?? document.meta?.lastUpdated),
    to: `/records/DocumentReference/${document.id}`,
    keys: document.id === undefined ? [] : [document.id],
  };
}

/** What the clinic asks the person to fill in is one click away. */
export function taskPlace(task: Task): string | undefined {
  const questionnaire = idOf(task.focus, 'Questionnaire');
  if (questionnaire) return `/questionnaires/${questionnaire}`;
  if (task.code?.coding?.some(({ code }) => code === 'letter')) return '/letters';
  return task.focus?.reference?.startsWith('MedicationRequest/') ? '/medications' : undefined;
}

const taskNews = (task: Task): News => ({
  kind: 'task',
  title: taskTitle(task),
  about: task.focus?.display,
  at: timeOf(task.lastModified ?? task.authoredOn),
  to: taskPlace(task) ?? '/',
  keys: [],
});

const CONTACT = (): News => ({
  kind: 'task',
  title: t('Are your phone, e-mail and address still right?'),
  at: Number.NaN,
  to: '/profile',
  keys: [],
});

/** Not what the person, or somebody for them, wrote last themselves (fhir-server marks that). */
const isByClinic = ({ meta }: Appointment | DocumentReference): boolean =>
  !meta?.tag?.some(({ system }) => system === 'urn:wellspring:written-by');

const PLACES: Readonly<Record<NewsKind, string>> = {
  message: '/messages',
  result: '/results',
  visit: '/appointments',
  answer: '/inbox',
  document: '/records',
  task: '/inbox',
};

/** How many are new in a place of the navigation; the inbox has them all. */
export const countAt = (news: readonly News[], place: string): number =>
  place === '/inbox' ? news.length : news.filter(({ kind }) => PLACES[kind] === place).length;
