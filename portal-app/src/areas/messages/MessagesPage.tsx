/** Threads with the care team, the newest open. */
import { useQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../format/date.ts';
import { isFromClinic, textOf } from '../../format/message.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { EmptyState, Loaded, PageHead } from '../../ui/parts.tsx';
import styles from './messages.module.css';
import { messagesQuery, type Thread, threadsOf } from './queries.ts';

export function MessagesPage() {
  const { fhir } = usePortal();
  const query = useQuery(messagesQuery(fhir));
  return (
    <>
      <PageHead title="Messages" />
      <p className="muted">Not for emergencies. The care team usually answers within two working days.</p>
      <Loaded query={query}>
        {({ resources }) => {
          const threads = threadsOf(resources);
          if (threads.length === 0)
            return <EmptyState>No messages yet. What the care team writes to you is shown here.</EmptyState>;
          return threads.map((thread, i) => <ThreadCard key={thread.id} thread={thread} open={i === 0} />);
        }}
      </Loaded>
    </>
  );
}

function ThreadCard({ thread, open }: { readonly thread: Thread; readonly open: boolean }) {
  const last = thread.messages.at(-1);
  return (
    <details className={styles.thread} open={open}>
      <summary>
        <h2>{thread.topic}</h2>
        <span className="muted">
          {thread.messages.length === 1 ? '1 message' : `${thread.messages.length} messages`} ·{' '}
          {formatDateTime(last?.sent)}
        </span>
      </summary>
      <ol className={styles.messages}>
        {thread.messages.map((message) => (
          <li key={message.id} className={isFromClinic(message) ? styles.theirs : styles.own}>
            <p className={styles.who}>
              <strong>
                {isFromClinic(message)
                  ? (message.sender?.display ?? 'Care team')
                  : (message.sender?.display ?? 'You')}
              </strong>{' '}
              <span className="muted">{formatDateTime(message.sent)}</span>
            </p>
            <p className={styles.text}>{textOf(message) || <span className="muted">No text</span>}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
