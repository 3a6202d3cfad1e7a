/** What was being written when a colleague finished it: it did not go, and is there to be used elsewhere. */
import type { Task } from '@medplum/fhirtypes';
import { draftOf } from '../../../device/drafts.ts';
import { t } from '../../../i18n/text.ts';
import styles from './inbox.module.css';

/** Drafts of words to the patient, by the names that the forms keep them under. */
const KEPT = ['answer', 'comment', 'decline', 'letter', 'done'];

export function Unsent({ task: { id } }: { readonly task: Task }) {
  const words = KEPT.flatMap((name) =>
    wordsOf(draftOf<string | { readonly text?: string }>(`${name} ${id}`)),
  );
  if (words.length === 0) return null;
  return (
    <>
      <p>{t('What you had written was not sent:')}</p>
      {words.map((text) => (
        <p key={text} className={styles.said}>
          {text}
        </p>
      ))}
    </>
  );
}

function wordsOf(draft: string | { readonly text?: string } | undefined): readonly string[] {
  const text = typeof draft === 'object' ? draft.text : draft;
  return text?.trim() ? [text.trim()] : [];
}
