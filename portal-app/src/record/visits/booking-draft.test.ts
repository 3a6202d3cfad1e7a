import type { Appointment } from '@medplum/fhirtypes';
import { beforeEach, describe, expect, it } from 'vitest';
import { draftOf, keepDraft } from '../../device/drafts.ts';
import { bookingDrafts, forgetBooked, hasUnsent } from './booking-draft.ts';

const BOOKED: Appointment = {
  resourceType: 'Appointment',
  status: 'booked',
  description: 'My knee',
  comment: 'A wheelchair',
  participant: [],
};

describe.each([undefined, 'old'])(
  'what was typed of a visit that turns out to be booked (instead of %s)',
  (old) => {
    const { why, comment } = bookingDrafts(old);
    const kept = () => [draftOf(why), draftOf(comment)];
    beforeEach(() => {
      keepDraft(why, ' My knee ');
      keepDraft(comment, 'A wheelchair');
    });

    it('does not stand in the form of the next one', () => {
      forgetBooked(old, BOOKED);
      expect(kept()).toEqual([undefined, undefined]);
    });

    it('stays where it says something else: another visit was begun meanwhile', () => {
      forgetBooked(old, { ...BOOKED, description: 'Check-up', comment: 'An interpreter' });
      expect(kept()).toEqual([' My knee ', 'A wheelchair']);
    });

    it('is told to be unsent where it says something else, and only then', () => {
      expect(hasUnsent(old, BOOKED)).toBe(false);
      for (const changed of [{ description: 'Check-up' }, { comment: 'An interpreter' }])
        expect(hasUnsent(old, { ...BOOKED, ...changed })).toBe(true);
      keepDraft(why, null);
      keepDraft(comment, undefined);
      expect(hasUnsent(old, { ...BOOKED, description: 'Check-up' })).toBe(false);
    });

    it('stays where it is of another form', () => {
      forgetBooked('another', BOOKED);
      expect(kept()).toEqual([' My knee ', 'A wheelchair']);
    });
  },
);
