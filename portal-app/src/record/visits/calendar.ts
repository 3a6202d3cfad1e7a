/** Visits as a calendar file (RFC 5545). Text is escaped, lines end and fold as the standard wants, and nothing but place and time is in it. */
import type { Appointment } from '@medplum/fhirtypes';
import { place, reason, withWhom } from '../../format/appointment.ts';
import { timeOf } from '../../format/date.ts';

export function calendarFile(appointments: readonly Appointment[]): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Wellspring//Portal//EN',
    ...appointments.flatMap(event),
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');
}

function event(appointment: Appointment): string[] {
  const where = place(appointment);
  return [
    'BEGIN:VEVENT',
    `UID:${appointment.id}@wellspring`,
    `DTSTAMP:${stamp(appointment.meta?.lastUpdated ?? appointment.created)}`,
    `DTSTART:${stamp(appointment.start)}`,
    `DTEND:${stamp(appointment.end ?? appointment.start)}`,
    `SUMMARY:${escaped([reason(appointment), withWhom(appointment)].filter(Boolean).join(' – '))}`,
    ...(where ? [`LOCATION:${escaped(where)}`] : []),
    'END:VEVENT',
  ];
}

function stamp(text: string | undefined): string {
  const time = timeOf(text);
  return new Date(Number.isNaN(time) ? 0 : time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

const escaped = (text: string): string =>
  text.replace(/[\\;,]/g, (each) => `\\${each}`).replace(/\r?\n/g, '\\n');

const LINE_OCTETS = 75;

/** Section 3.1: no line longer than 75 octets, and no character cut in two. */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (octets + size > LINE_OCTETS) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
}
