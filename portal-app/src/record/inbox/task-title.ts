/** What a request or something to do is called: what the portal itself wrote, in the reader's language; else as the clinic wrote it. */
import type { Task } from '@medplum/fhirtypes';
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';

const BY_PORTAL: readonly Text[] = [
  'Refill request',
  'Correction of personal information',
  'School or sick note',
  'Letter about vaccinations',
  'Copy of records',
  'Another letter or form',
];
const WORDS: Readonly<Record<string, Text>> = Object.fromEntries(BY_PORTAL.map((words) => [words, words]));

export function taskTitle({ description }: Task): string {
  const own = lookUp(WORDS, description);
  return own ? t(own) : (description ?? t('Request'));
}
