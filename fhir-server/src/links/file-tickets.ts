/** Addresses by which the file of a shared link is fetched when the manifest may not hold it: random, for minutes, kept with the link as digests and ended with it. */
import { createHash, randomBytes } from 'node:crypto';

export interface FileTicket {
  readonly hash: string;
  /** Milliseconds. */
  readonly until: number;
  /** Who asked for the manifest, as they call themselves. */
  readonly recipient: string;
}

/** SMART Health Cards and Links 1.0: such an address lives an hour at most. */
const TICKET_MS = 15 * 60_000;
const MOST = 20;
const SECRET_BYTES = 32;

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export function newTicket(recipient: string, now: number): { readonly secret: string; ticket: FileTicket } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, ticket: { hash: digest(secret), until: now + TICKET_MS, recipient } };
}

/** The newest of those that hold. */
export const withTicket = (
  tickets: readonly FileTicket[] = [],
  ticket: FileTicket,
  now: number,
): readonly FileTicket[] => [...tickets.filter(({ until }) => until > now), ticket].slice(-MOST);

export function ticketFor(
  tickets: readonly FileTicket[] = [],
  secret: string,
  now: number,
): FileTicket | undefined {
  const hash = digest(secret);
  return tickets.find((each) => each.hash === hash && each.until > now);
}
