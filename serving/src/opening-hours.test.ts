import { describe, expect, it } from 'vitest';
import { hoursLine, openingHours } from './opening-hours.ts';

const week = ['mon', 'tue', 'wed', 'thu', 'fri'];
const service = {
  availableTime: [{ daysOfWeek: week, availableStartTime: '08:00:00', availableEndTime: '17:30:00' }],
};

describe('the hours of a clinic', () => {
  it('are those of its first service that says them, else of the first place that is visited', () => {
    const home = { type: [{ coding: [{ code: 'PTRES' }] }], hoursOfOperation: [{ allDay: true }] };
    const place = {
      hoursOfOperation: [{ daysOfWeek: ['sat'], openingTime: '09:00', closingTime: '12:00:00' }],
    };
    expect(hoursLine(openingHours([{}, service], [place]), 'en')).toBe('Mon–Fri 8:00 AM–5:30 PM');
    expect(hoursLine(openingHours([{ availableTime: [{ daysOfWeek: week }] }], [home, place]), 'en')).toBe(
      'Sat 9:00 AM–12:00 PM',
    );
    // Hours in which messages are read open no door.
    const messages = {
      type: [{ coding: [{ system: 'urn:wellspring:service', code: 'messages' }] }],
      availableTime: [{ allDay: true }],
    };
    expect(hoursLine(openingHours([messages, service], [place]), 'en')).toBe('Mon–Fri 8:00 AM–5:30 PM');
    expect(openingHours([], [home])).toEqual([]);
    expect(hoursLine([], 'en')).toBe('');
  });

  it('are said in the language of who reads them, with days that follow each other as from and until', () => {
    expect(hoursLine(openingHours([service], []), 'es')).toBe('lun–vie 8:00 a.m.–5:30 p.m.');
    const odd = { availableTime: [{ daysOfWeek: ['sun', 'mon', 'tue', 'someday', 'tue'], allDay: true }] };
    expect(hoursLine(openingHours([odd], []), 'en')).toBe('Mon, Tue, Sun all day');
    expect(hoursLine([{ days: [], allDay: false, from: '25:00', until: '26:00' }], 'en')).toBe('');
  });
});
