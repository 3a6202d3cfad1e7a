/** Threads with the care team: searched as one types, answered where they are, marked as read when they are opened. */
import type { Communication } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { formatDateTime } from '../../../format/date.ts';
import { senderName, textOf } from '../../../format/message.ts';
import { plural, t } from '../../../i18n/text.ts';
import { messagesQuery, type Thread, threadsOf } from '../../../record/messages/queries.ts';
import { replyTo } from '../../../record/messages/send.ts';
import { isUnread } from '../../../record/messages/unread.ts';
import { useAllNamed } from '../../../record/use-named.ts';
import { createOnce } from '../../../smart/once.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Said } from '../../../ui/clinic.tsx';
import { sayDone } from '../../../ui/done.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import { SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { together } from '../../../ui/together.ts';
import { useLookedFor } from '../../../ui/use-looked-for.ts';
import { Conversation } from '../../../views/Conversation.tsx';
import { PushOffer } from '../../../views/PushOffer.tsx';
import { MessageHours, useMessageHours } from './MessageHours.tsx';
import styles from './messages.module.css';

const NONE: readonly Communication[] = [];

export function MessagesPage() {
  const { fhir } = usePortal();
  const query = useQuery(messagesQuery(fhir));
  const named = useAllNamed(query.data?.resources ?? NONE);
  const hours = useMessageHours();
  useLive(['Communication'], ['messages']);
  const [search, setSearch] = useLookedFor();
  return (
    <>
      <PageHead title={t('Messages')} />
      <p className="muted">
        <Said
          text="Not for emergencies: call {number}. The care team usually answers within two working days; if it can’t wait that long, call the clinic."
          values={{ number: EMERGENCY_NUMBER }}
        />
      </p>
      {fhir.offers('Communication', 'create') && (
        <p>
          <Link className="button" to="/messages/new">
            {t('Write a message')}
          </Link>
        </p>
      )}
      <MessageHours of={hours} />
      <PushOffer />
      <Loaded query={together(query, hours)}>
        {({ resources }) => {
          const threads = threadsOf(resources);
          if (threads.length === 0)
            return (
              <EmptyState>{t('No messages yet. What the care team writes to you is shown here.')}</EmptyState>
            );
          const shown = threads.filter((thread) => matches(thread, search));
          return (
            <>
              <TextField
                id="search"
                type="search"
                label={t('Search messages')}
                value={search}
                onChange={setSearch}
              />
              {shown.length === 0 && <EmptyState>{t('No message has these words.')}</EmptyState>}
              {shown.map((thread, i) => (
                <ThreadCard key={thread.id} thread={thread} named={named} open={i === 0} />
              ))}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function matches(thread: Thread, search: string): boolean {
  const words = search.trim().toLowerCase();
  return [thread.topic, ...thread.messages.map(textOf)].some((text) => text.toLowerCase().includes(words));
}

function ThreadCard({
  thread,
  named,
  open,
}: {
  readonly thread: Thread;
  readonly named: (message: Communication) => Communication;
  readonly open: boolean;
}) {
  const { fhir } = usePortal();
  const [isOpen, setOpen] = useState(open);
  const unread = thread.messages.filter(isUnread).length;
  const last = thread.messages.at(-1);
  useMarkAsRead(thread, isOpen);
  return (
    <details
      className={styles.thread}
      open={open}
      onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}
    >
      <summary>
        <h2>{thread.topic}</h2>{' '}
        {unread > 0 && <Pill kind="info">{plural(unread, '1 new', '{count} new')}</Pill>}
        <span className="muted">
          {last && `${senderName(named(last), fhir.self)} · `}
          {plural(thread.messages.length, '1 message', '{count} messages')} · {formatDateTime(last?.sent)}
        </span>
      </summary>
      <div className={styles.body}>
        <Conversation thread={thread} mine="patient" named={named} />
      </div>
      {isOpen && fhir.offers('Communication', 'create') && <Reply thread={thread} />}
    </details>
  );
}

/** Already said in this session: a list that is a moment old must not say it again. */
const marked = new Set<string>();

/** What was opened has been read; the clinic sees that it was (Communication.received). */
function useMarkAsRead(thread: Thread, isOpen: boolean): void {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const unread = isOpen ? thread.messages.filter(isUnread) : [];
  const ids = unread.map(({ id }) => id).join(' ');
  useEffect(() => {
    const fresh = unread.filter(({ id = '' }) => !marked.has(id));
    if (fresh.length === 0) return;
    for (const { id = '' } of fresh) marked.add(id);
    const received = new Date().toISOString();
    // Whoever else marks it at the same moment has done the work.
    void Promise.allSettled(fresh.map((each) => fhir.update({ ...each, received }))).then(() =>
      refresh('messages'),
    );
  }, [ids]);
}

function Reply({ thread }: { readonly thread: Thread }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [text, setText, discard] = useDraft(`reply ${thread.id}`, '');
  const send = useSend({
    form: `reply ${thread.id}`,
    what: text,
    send: async (identity) =>
      createOnce(fhir, await replyTo(fhir, thread, { text, file: undefined }), identity),
    onSuccess: async () => {
      discard();
      sayDone(t('Your answer was sent.'));
      await refresh('messages');
    },
  });
  return (
    <div className={styles.reply}>
      <SendForm label={t('Send the answer')} state={send} onSend={() => send.mutate()}>
        <TextArea
          id={`reply-${thread.id}`}
          label={t('Your answer')}
          rows={3}
          value={text}
          onChange={setText}
          required
        />
      </SendForm>
    </div>
  );
}
