/** What waits for the care team: kinds of work, each a code of a Task, whose pool it is, and within what time it is answered. */
import type { CodeableConcept, Task } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import type { Text } from '../../i18n/text.ts';

export const TASKS = 'urn:wellspring:task';
const ROLES = 'urn:wellspring:staff-role';

export type Kind =
  | 'questionnaire-alarm'
  | 'message'
  | 'refill'
  | 'visit-request'
  | 'booking'
  | 'result-release'
  | 'insurance'
  | 'profile-correction'
  | 'contact-changed'
  | 'document'
  | 'follow-up';

interface KindOfWork {
  readonly code: string;
  readonly label: Text;
  /** Answered within so many hours: the clinic's word, which patients read too. */
  readonly hours: number;
}

const DAY = 24;

/** In the order in which they are shown. */
export const KINDS: Readonly<Record<Kind, KindOfWork>> = {
  'questionnaire-alarm': own('questionnaire-alarm', 'Alarming answers', 1),
  message: own('message', 'Messages', 2 * DAY),
  refill: { code: 'http://snomed.info/sct|103742009', label: 'Refill requests', hours: 2 * DAY },
  'visit-request': own('visit-request', 'Visit requests', 2 * DAY),
  booking: own('booking', 'Bookings', 3 * DAY),
  'result-release': own('result-release', 'Results to release', DAY),
  insurance: own('insurance', 'Insurance', 5 * DAY),
  'profile-correction': own('profile-correction', 'Corrections', 5 * DAY),
  'contact-changed': own('contact-changed', 'Changed contacts', 5 * DAY),
  document: own('document', 'Documents', 3 * DAY),
  'follow-up': own('follow-up', 'Follow-ups', 5 * DAY),
};

function own(code: string, label: Text, hours: number): KindOfWork {
  return { code: `${TASKS}|${code}`, label, hours };
}

export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];

export const isKind = (text: string | null): text is Kind => text !== null && Object.hasOwn(KINDS, text);

export function kindOf({ code }: Task): Kind | undefined {
  const codes = (code?.coding ?? []).map((each) => `${each.system}|${each.code}`);
  return ALL_KINDS.find((kind) => codes.includes(KINDS[kind].code));
}

const HOUR_MS = 3_600_000;

/** Milliseconds; undefined where nobody promised anything. */
export function dueOf(task: Task): number | undefined {
  const kind = kindOf(task);
  const end = timeOf(task.restriction?.period?.end);
  if (!Number.isNaN(end)) return end;
  const asked = timeOf(task.authoredOn);
  return kind === undefined || Number.isNaN(asked) ? undefined : asked + KINDS[kind].hours * HOUR_MS;
}

export const isLate = (task: Task, now = Date.now()): boolean =>
  (dueOf(task) ?? Number.POSITIVE_INFINITY) < now;

/** What came before this is late. FHIR instant. */
export const lateBefore = (kind: Kind, now = Date.now()): string =>
  new Date(now - KINDS[kind].hours * HOUR_MS).toISOString();

export type Pool = 'nurse' | 'clinician' | 'front-desk';

export const POOLS: Readonly<Record<Pool, Text>> = {
  nurse: 'Nurses',
  clinician: 'Clinicians',
  'front-desk': 'Front desk',
};

export const isPool = (text: string | null): text is Pool => text !== null && Object.hasOwn(POOLS, text);

export const poolCode = (pool: Pool): string => `${ROLES}|${pool}`;

export const poolOf = ({ performerType = [] }: Task): Pool | undefined => poolOfRole(performerType);

/** A pool is called as the role whose it is. */
export function poolOfRole(roles: readonly CodeableConcept[]): Pool | undefined {
  const codes = roles.flatMap(({ coding = [] }) => coding);
  return codes.find(({ system, code = '' }) => system === ROLES && isPool(code))?.code as Pool | undefined;
}

export const inPool = (pool: Pool): Required<Pick<Task, 'performerType'>> => ({
  performerType: [{ coding: [{ system: ROLES, code: pool }] }],
});

export const OPEN = ['requested', 'received', 'accepted', 'in-progress', 'on-hold'] as const;

export const isOpen = ({ status }: Task): boolean => (OPEN as readonly string[]).includes(status);
