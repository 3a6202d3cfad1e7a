/** Appointments as a calendar (RFC 5545). `busy` tells that there is a visit, and nothing of what for or with whom. */
import { createHash } from 'node:crypto';
import { inMilliseconds } from '@wellspring/profiles';

export type CalendarDetail = 'busy' | 'full';

export interface Visit {
  readonly id: string;
  readonly status?: string;
  readonly start?: string;
  readonly end?: string;
  readonly description?: string;
  readonly meta?: { readonly versionId?: string; readonly lastUpdated?: string };
  readonly participant?: readonly {
    readonly actor?: { readonly reference?: string; readonly display?: string };
  }[];
}

const CANCELLED: readonly string[] = ['cancelled', 'noshow', 'entered-in-error'];
const LINE_OCTETS = 75;

export function calendarText(visits: readonly Visit[], detail: CalendarDetail): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Wellspring//Feed//EN',
    'X-WR-CALNAME:Wellspring',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...visits.filter(({ start }) => start !== undefined).flatMap((visit) => event(visit, detail)),
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');
}

function event(visit: Visit, detail: CalendarDetail): string[] {
  const actor = (type: string) =>
    visit.participant?.find(({ actor }) => actor?.reference?.startsWith(`${type}/`))?.actor?.display;
  const summary = [visit.description ?? 'Visit', actor('Practitioner')].filter(Boolean).join(' – ');
  const where = actor('Location');
  return [
    'BEGIN:VEVENT',
    `UID:${uid(visit)}@wellspring`,
    // A moved visit replaces what the calendar has.
    `SEQUENCE:${Number(visit.meta?.versionId ?? 1) - 1}`,
    `DTSTAMP:${stamp(visit.meta?.lastUpdated)}`,
    `DTSTART:${stamp(visit.start)}`,
    `DTEND:${stamp(visit.end ?? visit.start)}`,
    `STATUS:${CANCELLED.includes(visit.status ?? '') ? 'CANCELLED' : 'CONFIRMED'}`,
    `SUMMARY:${detail === 'busy' ? 'Busy' : escaped(summary)}`,
    ...(detail === 'full' && where ? [`LOCATION:${escaped(where)}`] : []),
    'END:VEVENT',
  ];
}

/** Always the same for a visit; an id can be a name that tells what it is. */
const uid = ({ id }: Visit): string =>
  createHash('sha256').update(`Appointment/${id}`).digest('hex').slice(0, 32);

const stamp = (text: string | undefined): string =>
  new Date(text === undefined ? 0 : inMilliseconds(text)).toISOString().replace(/[-:]|\.\d{3}/g, '');

const escaped = (text: string): string =>
  text.replace(/[\\;,]/g, (each) => `\\${each}`).replace(/\r?\n/g, '\\n');

/** Section 3.1: no line longer than 75 octets, and no character cut in two. */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  for (const character of line) {
    if (Buffer.byteLength(current + character) > LINE_OCTETS) {
      lines.push(current);
      current = ' ';
    }
    current += character;
  }
  return [...lines, current].join('\r\n');
}
