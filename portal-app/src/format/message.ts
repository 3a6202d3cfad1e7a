/** Messages as words. */
import type { Communication } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { isFromPerson } from './words.ts';

export function textOf(message: Communication | undefined): string {
  return (message?.payload ?? [])
    .map(
      (payload) =>
        payload.contentString ?? payload.contentAttachment?.title ?? payload.contentReference?.display ?? '',
    )
    .filter(Boolean)
    .join('\n');
}

/** The root that only holds a thread together says nothing, and is no message; neither is what was not sent, or not yet. */
export const isMessage = ({ payload = [], status }: Communication): boolean =>
  !/^(preparation|not-done|on-hold)$/.test(status) &&
  payload.some(
    ({ contentString, contentAttachment, contentReference }) =>
      contentString?.trim() || contentAttachment || contentReference,
  );

/** Who wrote it, as `self` reads it: oneself is "You", also in another's record, and nobody else is. */
export function senderName(message: Communication, self: string): string {
  const { sender } = message;
  if (sender?.reference === self) return t('You');
  if (sender?.display) return sender.display;
  if (isFromClinic(message)) return t('Care team');
  return t(sender?.reference?.startsWith('Patient/') ? 'The patient' : 'A relative or carer');
}

export function isFromClinic(message: Communication): boolean {
  return !isFromPerson(message.sender);
}
