/** Entries of the access log as words, gathered: who did what on a day, not each single request. */
import type { AuditEvent } from '@medplum/fhirtypes';
import { dayNamed } from '../../format/date.ts';
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';
import { typesOf } from './asked.ts';
import { thingWords } from './things.ts';

const DEEDS: Readonly<Record<string, Text>> = {
  R: 'Looked at {things}',
  E: 'Looked for {things}',
  C: 'Added {things}',
  U: 'Changed {things}',
  D: 'Removed {things}',
};

/** Programs by the name a person knows. */
const SYSTEMS: Readonly<Record<string, Text>> = {
  'auth-server': 'The sign-in service',
  'fhir-server': 'The clinic’s record system',
  seed: 'The clinic’s record system',
  ehr: 'The clinic’s record system',
  portal: 'This portal',
};

export interface Visit {
  readonly who: string;
  readonly isOneself: boolean;
  /** The newest of them. */
  readonly at: string;
  /** The oldest of them. */
  readonly from: string;
  readonly deeds: readonly Deed[];
  /** Whether something was added, changed or removed. */
  readonly hasChanges: boolean;
  /** Why, in the words of whoever gave a reason. */
  readonly why: string | undefined;
  readonly times: number;
}

export interface Deed {
  /** With the first things that it was done to, and how many more there are. */
  readonly brief: string;
  /** With all of them. */
  readonly whole: string;
}

/** The newest first; one entry for each person or app and day of the clinic. */
export function visitsOf(events: readonly AuditEvent[], self: string, names?: Names): Visit[] {
  const groups = Map.groupBy(events, (event) => `${dayNamed(event.recorded)} ${whoText(event, self, names)}`);
  return [...groups.values()].map((ofOne) => {
    const [newest] = ofOne as [AuditEvent];
    return {
      who: whoText(newest, self, names),
      isOneself: isBy(newest, self),
      at: newest.recorded,
      from: ofOne.at(-1)?.recorded ?? newest.recorded,
      deeds: deedsOf(ofOne),
      hasChanges: ofOne.some(isChange),
      why: ofOne.flatMap(({ purposeOfEvent = [] }) => purposeOfEvent).find(({ text }) => text)?.text,
      times: ofOne.length,
    };
  });
}

const isChange = ({ action }: AuditEvent): boolean => ['C', 'U', 'D'].includes(action ?? '');

/** A line for each kind of deed, with all that it was done to: what was changed first. Whether something was read or looked for is one to whom it is about. */
function deedsOf(events: readonly AuditEvent[]): Deed[] {
  const kinds = Map.groupBy(events, ({ action }) => (action === 'E' ? 'R' : action));
  return [...kinds]
    .toSorted(([, a], [, b]) => Number(b.some(isChange)) - Number(a.some(isChange)))
    .map(([action, ofKind]) => ({ brief: briefText(action, ofKind), whole: deedText(action, ofKind) }));
}

/** Things of a deed that are named at once. */
const NAMED = 4;

function briefText(action: string | undefined, events: readonly AuditEvent[]): string {
  const things = thingsOf(events);
  // One more is named as quickly as counted.
  if (things.length <= NAMED + 1) return deedText(action, events);
  const named = things.slice(0, NAMED).join(', ');
  return saidOf(action, t('{things} and {count} more', { things: named, count: things.length - NAMED }));
}

/** Why, where it was said: of an emergency, the reason that was given. */
export const whyText = ({ purposeOfEvent = [] }: AuditEvent): string | undefined =>
  purposeOfEvent.map(({ text, coding }) => text ?? coding?.[0]?.display ?? coding?.[0]?.code)[0];

/** Of people, by their reference: the log names them by that alone. */
export type Names = ReadonlyMap<string, string>;

const isBy = ({ agent = [] }: Pick<AuditEvent, 'agent'>, self: string): boolean =>
  agent.some(({ who }) => who?.reference?.endsWith(self));

/** Whoever asked; the program that they used only where nobody did. */
export function whoText({ agent = [] }: AuditEvent, self: string, names: Names = new Map()): string {
  const asking = agent.toSorted((a, b) => Number(b.requestor ?? false) - Number(a.requestor ?? false));
  const people = asking.map(({ who }) => who);
  if (isBy({ agent }, self)) return t('You');
  const [name] = people
    .map((who) => names.get(who?.reference ?? '') ?? who?.display ?? who?.reference ?? who?.identifier?.value)
    .filter(Boolean);
  const system = lookUp(SYSTEMS, name?.replace(/^Device\//, ''));
  return system ? t(system) : (name ?? t('Somebody'));
}

/** In few words, as a patient reads it. */
export const whatText = (event: AuditEvent): string => deedText(event.action, [event]);

const deedText = (action: string | undefined, events: readonly AuditEvent[]): string =>
  saidOf(action, thingsText(...events));

const saidOf = (action: string | undefined, things: string): string =>
  t(lookUp(DEEDS, action) ?? 'Used {things}', { things });

const thingsOf = (events: readonly AuditEvent[]): string[] => [
  ...new Set(events.flatMap(typesOf).map(thingWords)),
];

export const thingsText = (...events: readonly AuditEvent[]): string =>
  thingsOf(events).join(', ') || t('the record');
