/** Appointments as a calendar. */
import { expect, it } from 'vitest';
import { calendarText } from './calendar-text.ts';

it('Q17: a visit at a leap second is in the calendar like any other', () => {
  const visit = { id: 'a', start: '2016-12-31T23:59:00Z', end: '2016-12-31T23:59:60Z' };
  const text = calendarText([visit], 'busy');
  expect(text).toContain('DTSTART:20161231T235900Z');
  expect(text).toContain('DTEND:20170101T000000Z');
});
