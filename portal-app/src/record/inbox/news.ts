/**
 * What is new in a record, of every kind, in one list: messages nobody has read, results, documents, visits and answers that the clinic wrote lately and that were not
 * opened on this device (device/seen.ts), and what there is to do. The inbox shows it; badges and the tab's title count it.
 */
import type { Appointment, DocumentReference, Observation, Task } from '@medplum/fhirtypes';
import { reason } from '../../format/appointment.ts';
import { timeOf } from '../../format/date.ts';
import { senderName } from '../../format/message.ts';
import { dateOf, isPanel } from '../../format/observation.ts';
import { conceptText, testName } from '../../format/words.ts';
import { t } from '../../i18n/text.ts';
import type { Glance } from '../glance/queries.ts';
import { answerOf } from '../medicines/refills.ts';
import { isUnread } from '../messages/unread.ts';
import { when } from '../visits/words.ts';
import { taskTitle } from './task-title.ts';

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

/** `isFresh`: came lately, and not opened here. */
type IsFresh = (key: string | undefined, at: number) => boolean;

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
    ...resultNews((glance.results ?? []).filter((each) => isFresh(each.id, cameAt(each)))),
    ...glance.visits.filter(isByClinic).map(visitNews).filter(fresh),
    ...glance.answered.map(answerNews).filter(fresh),
    ...glance.documents.filter(isByClinic).map(documentNews).filter(fresh),
  ];
  const newestFirst = all.toSorted((a, b) => (b.at || 0) - (a.at || 0));
  return [...(glance.tasks ?? []).filter(({ status }) => status === 'ready').map(taskNews), ...newestFirst];
}

/** When a result came, in milliseconds. */
export const cameAt = (result: Observation): number => timeOf(result.issued ?? dateOf(result));

/** What one blood draw gave is one piece of news. */
function resultNews(results: readonly Observation[]): News[] {
  const byDay = Map.groupBy(
    results.filter((each) => !isPanel(each)),
    (each) => (each.issued ?? dateOf(each) ?? '').slice(0, 10),
  );
  return [...byDay.values()].map((together) => {
    const [first] = together as [Observation];
    return {
      kind: 'result',
      title: together
        .slice(0, 3)
        .map(({ code }) => testName(code))
        .join(', '),
      about: together.length > 3 ? t('and {count} more', { count: together.length - 3 }) : undefined,
      at: Math.max(...together.map(cameAt)),
      // Which report they belong to is asked when it is opened.
      to:
        together.length === 1
          ? `/results/${first.id}`
          : `/reports/of/${together.flatMap(({ id }) => id ?? []).join(',')}`,
      keys: together.flatMap(({ id }) => id ?? []),
    };
  });
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
  const questionnaire = /^Questionnaire\/(.+)$/.exec(task.focus?.reference ?? '')?.[1];
  if (questionnaire) return `/questionnaires/${questionnaire}?task=${task.id}`;
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
