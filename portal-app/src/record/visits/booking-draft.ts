/** What was typed of a visit that is being booked, until it is booked. */
import type { Appointment } from '@medplum/fhirtypes';
import { draftOf, keepDraft } from '../../device/drafts.ts';
import { isSaid } from './booking.ts';
import type { Reason } from './offering.ts';

/** Under which the two texts are kept. `replaces`: the id of the visit that is given up. */
export function bookingDrafts(replaces: string | undefined): {
  readonly why: string;
  readonly comment: string;
} {
  const why = replaces === undefined ? 'book' : `book instead of ${replaces}`;
  return { why, comment: `${why}: more` };
}

/** What was typed for it since it was sent, which it does not say. */
export function hasUnsent(replaces: string | undefined, booked: Appointment, reason?: Reason): boolean {
  const drafts = bookingDrafts(replaces);
  const typed = (name: string): string | undefined => draftOf<string | null>(name) ?? undefined;
  return !isSaid(booked, { reason, why: typed(drafts.why), comment: typed(drafts.comment) });
}

/** The answer was lost, and it turned out to be booked: its words are no beginning of the next one. What else was begun meanwhile stays. */
export function forgetBooked(replaces: string | undefined, booked: Appointment): void {
  const { why, comment } = bookingDrafts(replaces);
  forgetSaid(why, booked.description);
  forgetSaid(comment, booked.comment);
}

function forgetSaid(name: string, said = ''): void {
  if (draftOf<string>(name)?.trim() === said.trim()) keepDraft(name, undefined);
}
