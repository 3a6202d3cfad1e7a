/** What went wrong, as somebody of the clinic is told it: no part of what the portal loads. */
import type { Text } from '../i18n/text.ts';

export function staffFailure(status: number): Text | undefined {
  if (status === 403) return 'Your role does not allow this. If your work needs it, ask an administrator.';
  if (status === 404 || status === 410) return 'This is not there any more, or not within your reach.';
  if (status === 412)
    return 'Somebody else changed this at the same time. Look at it again; nothing was stored.';
  return undefined;
}
