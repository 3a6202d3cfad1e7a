/**
 * Who acts for a child, and the young person, are told before the age policy changes what may be seen, and on the day: computed anew each time from birth dates and
 * relations as they stand. A mark for each person, change and time keeps it from being sent twice; one that is days late is not sent.
 */
import type { AgePolicy } from '../../access/age-policy.ts';
import { changesOf, daysAfter } from '../../access/age-rules.ts';
import { everyMatch } from '../../repository/every-match.ts';
import { type Addressee, whyNotWrittenTo } from '../../repository/notices/addressee.ts';
import { resourceOf } from '../../repository/text/resource-text.ts';
import { type Child, childOf, isByAge, type RelatedPerson } from '../../repository/whose/by-age.ts';
import { isInvited } from '../../repository/whose/delegates.ts';
import { and, type QueryNode } from '../../search/query.ts';
import { dateNode } from '../../search/types/date.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import type { Contact } from './contact.ts';
import type { Messenger } from './messenger.ts';
import { quietUntil } from './preferences.ts';
import type { DueReminder } from './reminders.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After a standstill: so many days late, and it is still of use. */
const LATE_DAYS = 3;
const PAGE = 200;

type Store = Pick<ResourceStore, 'read' | 'vread' | 'search' | 'getNote'>;
type Contacts = Pick<Messenger, 'contact' | 'relatedContact'>;

export async function ageNoticesOf(
  store: Store,
  messenger: Contacts,
  policy: AgePolicy,
  now: number,
): Promise<{ readonly due: readonly DueReminder[]; readonly next: number }> {
  const due: DueReminder[] = [];
  let next = now + HOUR_MS;
  // Of what begins with birth nobody is told.
  for (const { from } of policy.rules.filter((rule) => rule.from > 0))
    for (const days of policy.tellDaysBefore)
      for await (const version of bornSo(store, from, days, now)) {
        if (whyNotWrittenTo(resourceOf(version) as Addressee)) continue;
        const { id } = version;
        const child = await childOf(store, id, now);
        const change = changesOf(policy, child?.birthDate).find((each) => each.from === from);
        if (!child || !change || !isTime(change.on, days, child.today)) continue;
        for (const { to, contact } of await addressees(store, messenger, policy, id, child)) {
          const mark = `age-notice/${id}/${from}/${days}/${to}`;
          if ((await store.getNote(mark)) !== undefined) continue;
          const until = quietUntil(contact.preferences.quiet, now);
          if (until !== undefined) {
            next = Math.min(next, until);
            continue;
          }
          due.push({ notice: { kind: 'age', patient: id, key: mark.replaceAll('/', '-') }, contact, mark });
        }
      }
  return { due, next };
}

/** From so many days before it, for as long as it is of use. */
function isTime(on: string, days: number, today: string): boolean {
  const since = daysAfter(on, -days);
  return since <= today && today <= daysAfter(since, LATE_DAYS);
}

/** Patients who come of that age in so many days, or did lately: with a day to both sides, as days are the clinic's. */
function bornSo(store: Store, years: number, days: number, now: number): AsyncIterable<StoredVersion> {
  const day = (offset: number): string => {
    const date = new Date(now + (days + offset) * DAY_MS);
    date.setUTCFullYear(date.getUTCFullYear() - years);
    return date.toISOString().slice(0, 10);
  };
  const time = (): number => now;
  // Who was born on 29 February is found from the day before 1 March.
  const where = and(
    dateNode('birthdate', `ge${day(-LATE_DAYS - 2)}`, time),
    dateNode('birthdate', `le${day(2)}`, time),
  );
  return all(store, 'Patient', where);
}

const all = (store: Store, type: string, where: QueryNode): AsyncIterable<StoredVersion> =>
  everyMatch(store, { type, where, sort: [{ by: 'lastUpdated', descending: false }], count: PAGE });

/** The young person, and those whom it concerns; a mail address that they share hears it once. */
async function addressees(
  store: Store,
  messenger: Contacts,
  policy: AgePolicy,
  patient: string,
  child: Child,
): Promise<readonly { readonly to: string; readonly contact: Contact }[]> {
  const found: { to: string; contact: Contact }[] = [];
  const add = (to: string, contact: Contact | undefined): void => {
    if (contact && !found.some((each) => each.contact.to === contact.to)) found.push({ to, contact });
  };
  add('self', await messenger.contact(patient));
  const where: QueryNode = { kind: 'reference', param: 'patient', targets: [`Patient/${patient}`] };
  for await (const version of all(store, 'RelatedPerson', where)) {
    const person = resourceOf(version) as RelatedPerson;
    const isConcerned =
      person.active !== false &&
      !isInvited(person) &&
      (person.period?.end === undefined || person.period.end.slice(0, 10) >= child.today) &&
      (await isByAge(store, policy, version.id, person, child));
    if (isConcerned) add(version.id, await messenger.relatedContact(version.id, patient));
  }
  return found;
}
