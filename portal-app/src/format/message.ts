/** Messages as words. */
import type { Communication } from '@medplum/fhirtypes';
import { isFromPerson } from './words.ts';

export function textOf(message: Communication | undefined): string {
  return (message?.payload ?? [])
    .map((payload) => payload.contentString ?? payload.contentAttachment?.title ?? '')
    .filter(Boolean)
    .join('\n');
}

/** The root that only holds a thread together says nothing, and is no message. */
export const isMessage = ({ payload = [] }: Communication): boolean =>
  payload.some(
    ({ contentString, contentAttachment, contentReference }) =>
      contentString?.trim() || contentAttachment || contentReference,
  );

export function isFromClinic(message: Communication): boolean {
  return !isFromPerson(message.sender);
}
