/** What waits for the care team: kinds of work, each a code of a Task, whose pool it is, and within what time it is answered (service-levels.ts, or the clinic's setting). */
import type { Task } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import type { Text } from '../../i18n/text.ts';
import { ALL_KINDS, type Kind, promiseOf } from './service-levels.ts';

export const TASKS = 'urn:wellspring:task';
const ROLES = 'urn:wellspring:staff-role';

interface KindOfWork {
  readonly code: string;
  readonly label: Text;
}

export const KINDS: Readonly<Record<Kind, KindOfWork>> = {
  'questionnaire-alarm': own('questionnaire-alarm', 'Alarming answers'),
  message: own('message', 'Messages'),
  refill: { code: 'http://snomed.info/sct|103742009', label: 'Refill requests' },
  'visit-request': own('visit-request', 'Visit requests'),
  booking: own('booking', 'Bookings'),
  'result-release': own('result-release', 'Results to release'),
  result: own('result', 'New results'),
  insurance: own('insurance', 'Insurance'),
  'profile-correction': own('profile-correction', 'Corrections'),
  'contact-changed': own('contact-changed', 'Changed contacts'),
  document: own('document', 'Documents'),
  letter: own('letter', 'Letters'),
  'follow-up': own('follow-up', 'Follow-ups'),
};

function own(code: string, label: Text): KindOfWork {
  return { code: `${TASKS}|${code}`, label };
}

export function kindOf({ code }: Task): Kind | undefined {
  const codes = (code?.coding ?? []).map((each) => `${each.system}|${each.code}`);
  return ALL_KINDS.find((kind) => codes.includes(KINDS[kind].code));
}

/** Milliseconds; undefined where nobody promised anything. */
export function dueOf(task: Task): number | undefined {
  const kind = kindOf(task);
  const end = timeOf(task.restriction?.period?.end);
  if (!Number.isNaN(end)) return end;
  const asked = timeOf(task.authoredOn);
  return kind === undefined || Number.isNaN(asked) ? undefined : asked + promiseOf(kind);
}

export const isLate = (task: Task, now = Date.now()): boolean =>
  (dueOf(task) ?? Number.POSITIVE_INFINITY) < now;

/** What came before this is late. FHIR instant. */
export const lateBefore = (kind: Kind, now = Date.now()): string =>
  new Date(now - promiseOf(kind)).toISOString();

export type Pool = 'nurse' | 'clinician' | 'front-desk';

export const POOLS: Readonly<Record<Pool, Text>> = {
  nurse: 'Nurses',
  clinician: 'Clinicians',
  'front-desk': 'Front desk',
};

export const isPool = (text: string | null): text is Pool => text !== null && Object.hasOwn(POOLS, text);

export const poolCode = (pool: Pool): string => `${ROLES}|${pool}`;

/** A pool is called as the role whose it is. */
export function poolOf({ performerType = [] }: Task): Pool | undefined {
  const codes = performerType.flatMap(({ coding = [] }) => coding);
  return codes.find(({ system, code = '' }) => system === ROLES && isPool(code))?.code as Pool | undefined;
}

export const inPool = (pool: Pool): Required<Pick<Task, 'performerType'>> => ({
  performerType: [{ coding: [{ system: ROLES, code: pool }] }],
});

export const OPEN = ['requested', 'received', 'accepted', 'in-progress', 'on-hold'] as const;

export const isOpen = ({ status }: Task): boolean => (OPEN as readonly string[]).includes(status);

const PLAIN: readonly Kind[] = ['message', 'booking', 'result', 'follow-up'];

/** Without an answer; the rest wants a decision. */
export function canBeFinished(task: Task): boolean {
  const kind = kindOf(task);
  return kind === undefined || PLAIN.includes(kind);
}
