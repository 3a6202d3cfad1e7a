/** What a document is called. What a patient or relative handed in bears the name that they gave it, "Signed letter of Dr Ruiz": it says so, for it tells nothing of who wrote it. */
import type { DocumentReference } from '@medplum/fhirtypes';
import { conceptText, isFromPerson } from '../../format/words.ts';
import { t } from '../../i18n/text.ts';

type Named = Pick<DocumentReference, 'author' | 'description' | 'type'>;

/** undefined: nobody named it. */
export function documentName({ author = [], description, type }: Named): string | undefined {
  const giver = author.find(isFromPerson);
  const title = description?.trim();
  if (!giver) return title || (type && conceptText(type));
  const name = giver.display ?? t('the patient');
  // Its type is theirs to word, too.
  return title
    ? t('Handed in by {name}, who calls it “{title}”', { name, title })
    : t('Handed in by {name}', { name });
}

/** By the patient or who acts for them: nobody's draft that waits for a signature. */
export const isHandedIn = ({ author = [] }: Pick<DocumentReference, 'author'>): boolean =>
  author.some(isFromPerson);
