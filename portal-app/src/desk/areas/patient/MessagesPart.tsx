/** What was written between the patient and the clinic, thread by thread; and a new message. Answers are given in the inbox. */
import type { Communication } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { formatDateTime } from '../../../format/date.ts';
import { isFromClinic, textOf } from '../../../format/message.ts';
import { plural, t } from '../../../i18n/text.ts';
import { messagesQuery, type Thread, threadsOf } from '../../../record/messages/queries.ts';
import { messageToPatient } from '../../../record/messages/to-patient.ts';
import { labelsOf } from '../../../record/patient/kept-from.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { useAllNamed } from '../../../record/use-named.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { useCommands } from '../../../ui/commands.ts';
import { Each } from '../../../ui/Each.tsx';
import { SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import own from './patient.module.css';

export function MessagesPart() {
  const { fhir } = usePortal();
  const query = useQuery(messagesQuery(fhir));
  const [isWriting, setWriting] = useState(false);
  useCommands(
    useMemo(
      () => [{ id: 'write message', label: t('Write to the patient'), run: () => setWriting(true) }],
      [],
    ),
  );
  return (
    <Card
      title={t('Messages')}
      action={
        !isWriting && (
          <button type="button" className="button" onClick={() => setWriting(true)}>
            {t('Write to the patient')}
          </button>
        )
      }
    >
      {isWriting && <MessageForm onDone={() => setWriting(false)} />}
      <Loaded query={query} rows={5}>
        {({ resources }) => <Threads threads={threadsOf(resources)} />}
      </Loaded>
    </Card>
  );
}

function MessageForm({ onDone }: { readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const by = useBy();
  const form = `message to ${fhir.patient}`;
  const [message, setMessage, discard] = useDraft(form, { topic: '', text: '' });
  const send = useSend({
    form,
    what: message,
    send: (identity) => messageToPatient(fhir, by, message, identity),
    onSuccess: async () => {
      discard();
      await refresh('messages');
      onDone();
    },
  });
  return (
    <SendForm label={t('Send')} state={send} onSend={() => send.mutate()} onCancel={onDone}>
      <TextField
        id="message-topic"
        label={t('Topic')}
        required
        value={message.topic}
        onChange={(topic) => setMessage({ ...message, topic })}
      />
      <TextArea
        id="message-text"
        label={t('Message')}
        rows={6}
        required
        value={message.text}
        onChange={(text) => setMessage({ ...message, text })}
      />
    </SendForm>
  );
}

function Threads({ threads }: { readonly threads: readonly Thread[] }) {
  const named = useAllNamed(threads.flatMap(({ messages }) => messages));
  if (threads.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
  return (
    <ul>
      <Each of={threads}>
        {({ id, topic, messages }) => (
          <li key={id} className={own.note}>
            <details>
              <summary className={own.summary}>
                <strong>{topic}</strong>{' '}
                <span className="muted">
                  {plural(messages.length, '1 message', '{count} messages')} ·{' '}
                  {formatDateTime(messages.at(-1)?.sent)}
                </span>{' '}
                <KeptPill of={labelsOf(messages)} />
              </summary>
              <ul>
                <Each of={messages}>{(each) => <Said message={named(each)} />}</Each>
              </ul>
            </details>
          </li>
        )}
      </Each>
    </ul>
  );
}

function Said({ message }: { readonly message: Communication }) {
  const who = message.sender?.display ?? t(isFromClinic(message) ? 'The clinic' : 'The patient');
  return (
    <li key={message.id} className={own.note}>
      <span className="muted">
        {who} · {formatDateTime(message.sent)}
        {isFromClinic(message) &&
          ` · ${message.received ? t('read {time}', { time: formatDateTime(message.received) }) : t('not read yet')}`}{' '}
        <KeptPill of={message} />
      </span>
      <p className={own.text}>{textOf(message)}</p>
      {(message.payload ?? []).map(
        ({ contentAttachment }) =>
          contentAttachment && (
            <AttachedFile
              key={`${contentAttachment.title} ${contentAttachment.url}`}
              attachment={contentAttachment}
            />
          ),
      )}
    </li>
  );
}
