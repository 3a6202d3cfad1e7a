/** A new message, to one of the patient's own care team. */
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { useFileDraft } from '../../../device/file-draft.ts';
import { offerPush } from '../../../device/push.ts';
import { FILE_TYPES } from '../../../format/attachment.ts';
import { t } from '../../../i18n/text.ts';
import { newMessage, type Recipient, recipientsQuery } from '../../../record/messages/send.ts';
import { createOnce } from '../../../smart/once.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Said } from '../../../ui/clinic.tsx';
import { sayDone } from '../../../ui/done.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import { FileField } from '../../../ui/file-field.tsx';
import { Select, SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { together } from '../../../ui/together.ts';
import { MessageHours, useMessageHours } from './MessageHours.tsx';

export function NewMessagePage() {
  const { fhir } = usePortal();
  const query = useQuery(recipientsQuery(fhir));
  const hours = useMessageHours();
  return (
    <>
      <PageHead title={t('Write a message')} />
      <p className="muted">
        <Said
          text="Not for emergencies: call {number}. The care team usually answers within two working days; if it can’t wait that long, call the clinic."
          values={{ number: EMERGENCY_NUMBER }}
        />
      </p>
      <MessageHours of={hours} />
      <Loaded query={together(query, hours)}>
        {(recipients) =>
          recipients.length === 0 ? (
            <EmptyState>
              <Said text="No care team is on record that could be written to. Please call the clinic." />
            </EmptyState>
          ) : (
            <Card>
              <Compose recipients={recipients} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

/** `?about=Observation/…`: the result or the bill that a question is about. Its name comes along unseen: an address may tell nothing of anybody's health. */
function useAbout(): { readonly reference: string; readonly name: string } | undefined {
  const [parameters] = useSearchParams();
  const { state } = useLocation();
  const reference = parameters.get('about') ?? '';
  return /^(Observation|DiagnosticReport|Invoice)\/[A-Za-z0-9\-.]{1,64}$/.test(reference)
    ? { reference, name: typeof state === 'string' ? state : '' }
    : undefined;
}

function Compose({ recipients }: { readonly recipients: readonly Recipient[] }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const about = useAbout();
  const name = `message ${about?.reference ?? ''}`;
  const [written, set, discardWords] = useDraft(name, { to: '', topic: about?.name ?? '', text: '' });
  const [file, setFile] = useFileDraft(name);
  const { topic, text } = written;
  // Who left the care team can't be written to any more.
  const recipient = recipients.find(({ reference }) => reference === written.to) ?? recipients[0];
  const to = recipient?.reference ?? '';
  const change = (next: Partial<typeof written>): void => set({ ...written, ...next });
  const discard = (): void => {
    discardWords();
    setFile(undefined);
  };
  const send = useSend({
    form: 'message',
    what: { to, topic, text, file, about },
    send: async (identity) => {
      const message = await newMessage(
        fhir,
        recipient as Recipient,
        topic.trim(),
        { text, file },
        about?.reference,
      );
      return createOnce(fhir, message, identity);
    },
    onSuccess: async () => {
      discard();
      sayDone(t('Your message was sent.'), '/messages');
      offerPush();
      await refresh('messages');
      // The way back leads past the form, not to it.
      await navigate('/messages', { replace: true });
    },
  });
  return (
    <SendForm
      label={t('Send')}
      state={send}
      onSend={() => send.mutate()}
      onCancel={() => {
        discard();
        void navigate('/messages');
      }}
    >
      <Select
        id="to"
        label={t('To')}
        value={to}
        onChange={(next) => change({ to: next })}
        options={recipients.map(({ reference, name }) => [reference, name] as const)}
      />
      <TextField
        id="topic"
        label={t('About')}
        value={topic}
        onChange={(next) => change({ topic: next })}
        required
      />
      <TextArea
        id="text"
        label={t('Message')}
        rows={6}
        value={text}
        onChange={(next) => change({ text: next })}
        required
      />
      <FileField
        id="file"
        label={t('Picture or PDF (optional)')}
        hint={t('A photo, or a PDF of up to 1 MB.')}
        accept={FILE_TYPES}
        file={file}
        onChange={setFile}
      />
    </SendForm>
  );
}
