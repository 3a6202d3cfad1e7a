/**
 * Reminders that are due: computed anew each time from the appointments as they stand, so that one that was moved or cancelled is reminded of as it is
 * now. A mark for each appointment, time and offset keeps it from being sent twice; one that is hours late is not sent.
 */
import { and } from '../../search/query.ts';
import { dateNode } from '../../search/types/date.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore } from '../../store/store.ts';
import { type Notice, patientOf } from './notice.ts';

interface Appointment {
  readonly id: string;
  readonly start?: string;
  readonly participant?: readonly { readonly actor?: { readonly reference?: string } }[];
}

export interface DueReminder {
  readonly notice: Notice;
  /** Name of the note that says it was sent. */
  readonly mark: string;
}

const HOUR_MS = 3_600_000;
/** After a standstill: this late, and a reminder is still of use. */
const LATE_MS = 2 * HOUR_MS;
const MOST = 1000;

export async function dueReminders(
  store: ResourceStore,
  hours: readonly number[],
  now: number,
): Promise<DueReminder[]> {
  const due: DueReminder[] = [];
  for (const appointment of await bookedWithin(store, Math.max(...hours, 0), now)) {
    const start = Date.parse(appointment.start ?? '');
    const patient = patientOf(appointment)?.replace(/^Patient\//, '');
    for (const offset of hours) {
      const at = start - offset * HOUR_MS;
      if (patient === undefined || now < at || now > at + LATE_MS || now > start) continue;
      const key = `reminder-${appointment.id}-${start}-${offset}`;
      if ((await store.getNote(key)) !== undefined) continue;
      due.push({ notice: { kind: 'reminder', patient, key }, mark: key });
    }
  }
  return due;
}

async function bookedWithin(store: ResourceStore, hours: number, now: number): Promise<Appointment[]> {
  if (hours === 0) return [];
  const day = (time: number): string => new Date(time).toISOString();
  const time = (): number => now;
  const page = await store.search({
    type: 'Appointment',
    where: and(
      tokenNode('status', 'booked'),
      dateNode('date', `ge${day(now)}`, time),
      dateNode('date', `le${day(now + hours * HOUR_MS)}`, time),
    ),
    sort: [{ by: 'mainDate', descending: false }],
    count: MOST,
    total: 'none',
  });
  return page.matches.map(({ body }) => JSON.parse(body ?? '{}') as Appointment);
}
