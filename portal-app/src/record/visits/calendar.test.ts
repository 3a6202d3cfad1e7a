import type { Appointment } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFile } from './calendar.ts';

const visit = (description: string): Appointment => ({
  resourceType: 'Appointment',
  id: 'v1',
  status: 'booked',
  description,
  start: '2026-12-03T15:20:00Z',
  end: '2026-12-03T15:40:00Z',
  participant: [
    { status: 'accepted', actor: { reference: 'Practitioner/o', display: 'Dr. Osei' } },
    { status: 'accepted', actor: { reference: 'Location/l', display: '40 Hill St; 2nd floor' } },
  ],
});

describe('a calendar file', () => {
  it('names time and place, escaped', () => {
    const lines = calendarFile([visit('Check-up, yearly')]).split('\r\n');
    expect(lines).toContain('DTSTART:20261203T152000Z');
    expect(lines).toContain('DTEND:20261203T154000Z');
    expect(lines).toContain('SUMMARY:Check-up\\, yearly – Dr. Osei');
    expect(lines).toContain('LOCATION:40 Hill St\\; 2nd floor');
  });

  it('has no line longer than 75 octets, and loses no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => {
        const file = calendarFile([visit(text)]);
        for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        const escaped = text.replace(/[\\;,]/g, (each) => `\\${each}`).replace(/\r?\n/g, '\\n');
        expect(file.replaceAll('\r\n ', '')).toContain(`SUMMARY:${escaped} – Dr. Osei`);
      }),
    );
  });
});
