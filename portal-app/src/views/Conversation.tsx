/** What was said, oldest first: one's own side at one edge, the other's at the other. */
import type { Communication } from '@medplum/fhirtypes';
import { formatDateTime } from '../format/date.ts';
import { isFromClinic, senderName, textOf } from '../format/message.ts';
import { t } from '../i18n/text.ts';
import type { Thread } from '../record/messages/queries.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { Each } from '../ui/Each.tsx';
import { AttachedFile } from './AttachedFile.tsx';
import styles from './conversation.module.css';

/** `mine`: whose side the reader is on. */
export function Conversation({
  thread,
  mine,
  named = (message) => message,
}: {
  readonly thread: Thread;
  readonly mine: 'clinic' | 'patient';
  /** With the name of whoever wrote it. */
  readonly named?: (message: Communication) => Communication;
}) {
  const { fhir } = usePortal();
  return (
    <ol className={styles.messages}>
      <Each of={thread.messages}>
        {(message) => (
          <li
            key={message.id}
            className={isFromClinic(message) === (mine === 'clinic') ? styles.own : styles.theirs}
          >
            <p className={styles.who}>
              <strong>{senderName(named(message), fhir.self)}</strong>{' '}
              <span className="muted">{formatDateTime(message.sent)}</span>
            </p>
            <p className={styles.text}>{textOf(message) || <span className="muted">{t('No text')}</span>}</p>
            {(message.payload ?? []).map(
              ({ contentAttachment: file }) =>
                file && <AttachedFile key={file.title ?? file.data?.slice(0, 40)} attachment={file} />,
            )}
          </li>
        )}
      </Each>
    </ol>
  );
}
