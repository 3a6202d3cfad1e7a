/** Messages as words. */
import type { Communication } from '@medplum/fhirtypes';
import { isFromPerson } from './words.ts';

export function textOf(message: Communication | undefined): string {
  return (message?.payload ?? [])
    .map((payload) => payload.contentString ?? payload.contentAttachment?.title ?? '')
    .filter(Boolean)
    .join('\n');
}

export function isFromClinic(message: Communication): boolean {
  return !isFromPerson(message.sender);
}
