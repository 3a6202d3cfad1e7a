/** Messages as words. */
import type { Communication } from '@medplum/fhirtypes';

export function textOf(message: Communication | undefined): string {
  return (message?.payload ?? [])
    .map((payload) => payload.contentString ?? payload.contentAttachment?.title ?? '')
    .filter(Boolean)
    .join('\n');
}

export function isFromClinic(message: Communication): boolean {
  return !/^(Patient|RelatedPerson)\//.test(message.sender?.reference ?? '');
}
