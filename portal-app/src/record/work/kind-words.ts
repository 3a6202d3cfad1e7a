/** Kinds of work as words: one of them, and all of them. */
import { type Text, t } from '../../i18n/text.ts';
import { KINDS } from './kinds.ts';
import type { Kind } from './service-levels.ts';

const ONE = {
  'questionnaire-alarm': 'Alarming answer',
  message: 'Message',
  refill: 'Refill request',
  'visit-request': 'Visit request',
  booking: 'Booking',
  'result-release': 'Result to release',
  result: 'New result',
  insurance: 'Insurance',
  'profile-correction': 'Correction',
  'contact-changed': 'Changed contact',
  document: 'Document',
  letter: 'Letter request',
  'follow-up': 'Follow-up',
} as const satisfies Readonly<Record<Kind, Text>>;

export const oneOf = (kind: Kind): string => t(ONE[kind]);
export const labelOf = (kind: Kind): string => t(KINDS[kind].label);
