/**
 * Reminders that are due: computed anew each time from the appointments as they stand, so that one that was moved or cancelled is reminded of as it is
 * now. A mark for each appointment, time and offset keeps it from being sent twice; one that is hours late is not sent. One whose time falls into the
 * person's quiet hours comes when they end, or not at all where the visit has begun by then.
 */
import { inMilliseconds } from '@wellspring/profiles';
import { and, type Cursor } from '../../search/query.ts';
import { dateNode } from '../../search/types/date.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { Contact } from './contact.ts';
import type { Clinics, Messenger } from './messenger.ts';
import { type Notice, patientOf } from './notice.ts';
import { MOST_REMINDER_HOURS, quietUntil } from './preferences.ts';

interface Appointment {
  readonly id: string;
  readonly start?: string;
  readonly participant?: readonly { readonly actor?: { readonly reference?: string } }[];
}

export interface Reminders {
  readonly due: readonly DueReminder[];
  /** Nothing else becomes due before this time, unless an appointment or a patient changes. */
  readonly next: number;
}

export interface DueReminder {
  readonly notice: Notice;
  readonly contact: Contact;
  /** Name of the note that says it was sent. */
  readonly mark: string;
}

const HOUR_MS = 3_600_000;
/** After a standstill: this late, and a reminder is still of use. */
const LATE_MS = 2 * HOUR_MS;
const PAGE = 1000;
/** Visits whose patients and marks are read in one go. */
const AT_ONCE = 100;

export async function remindersOf(
  store: ResourceStore,
  messenger: Pick<Messenger, 'contact'>,
  clinicHours: readonly number[],
  now: number,
): Promise<Reminders> {
  const due: DueReminder[] = [];
  const horizon = Math.max(...clinicHours, MOST_REMINDER_HOURS) + 1;
  // An appointment that comes over the horizon later is seen an hour after at most.
  let next = now + HOUR_MS;
  const contacts = createContacts(messenger);
  const booked = await bookedWithin(store, horizon, now);
  for (let from = 0; from < booked.length; from += AT_ONCE) {
    const some = booked.slice(from, from + AT_ONCE);
    const reached = await contacts.of(some.flatMap((each) => patientIdOf(each) ?? []));
    const timely: DueReminder[] = [];
    for (const appointment of some) {
      const start = inMilliseconds(appointment.start ?? '');
      const patient = patientIdOf(appointment);
      const contact = patient === undefined ? undefined : reached.get(patient);
      if (patient === undefined || !contact) continue;
      const { quiet, reminderHours = clinicHours } = contact.preferences;
      for (const offset of reminderHours) {
        const chosen = start - offset * HOUR_MS;
        const at = quietUntil(quiet, chosen) ?? chosen;
        if (now < at) next = Math.min(next, at);
        if (now < at || now > at + LATE_MS || now > start || at > start) continue;
        const key = `reminder-${appointment.id}-${start}-${offset}`;
        const about = { type: 'Appointment', id: appointment.id };
        timely.push({ notice: { kind: 'reminder', patient, about, key }, contact, mark: key });
      }
    }
    const marks = await Promise.all(timely.map(({ mark }) => store.getNote(mark)));
    due.push(...timely.filter((_, i) => marks[i] === undefined));
  }
  return { due, next };
}

const patientIdOf = (appointment: Appointment): string | undefined =>
  patientOf(appointment)?.replace(/^Patient\//, '');

/** Each is read once, some in one go. */
function createContacts(messenger: Pick<Messenger, 'contact'>): {
  of(patients: readonly string[]): Promise<ReadonlyMap<string, Contact | undefined>>;
} {
  const known = new Map<string, Contact | undefined>();
  const clinics: Clinics = new Map();
  return {
    async of(patients) {
      const unknown = [...new Set(patients)].filter((patient) => !known.has(patient));
      const found = await Promise.all(
        unknown.map((patient) => messenger.contact(patient, undefined, clinics)),
      );
      for (const [i, patient] of unknown.entries()) known.set(patient, found[i]);
      return known;
    },
  };
}

async function bookedWithin(store: ResourceStore, hours: number, now: number): Promise<Appointment[]> {
  const day = (time: number): string => new Date(time).toISOString();
  const time = (): number => now;
  const found: Appointment[] = [];
  let after: Cursor | undefined;
  do {
    const page = await store.search({
      type: 'Appointment',
      where: and(
        tokenNode('status', 'booked'),
        dateNode('date', `ge${day(now)}`, time),
        dateNode('date', `le${day(now + hours * HOUR_MS)}`, time),
      ),
      sort: [{ by: 'mainDate', descending: false }],
      count: PAGE,
      total: 'none',
      ...(after ? { after } : {}),
    });
    found.push(...page.matches.map(({ body }) => JSON.parse(body ?? '{}') as Appointment));
    after = page.next;
  } while (after);
  return found;
}
