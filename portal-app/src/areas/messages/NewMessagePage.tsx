/** A new message, to one of the patient's own care team. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { FileField, Select, SendForm, TextArea, TextField } from '../../ui/form.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../ui/parts.tsx';
import { useDraft } from './drafts.ts';
import { FILE_TYPES, newMessage, type Recipient, recipientsQuery } from './send.ts';

export function NewMessagePage() {
  const { fhir } = usePortal();
  const query = useQuery(recipientsQuery(fhir));
  return (
    <>
      <PageHead title="Write a message" />
      <p className="muted">
        Not for emergencies: call <a href="tel:911">911</a>. The care team usually answers within two working
        days.
      </p>
      <Loaded query={query}>
        {(recipients) =>
          recipients.length === 0 ? (
            <EmptyState>
              No care team is on record that could be written to. Please call the clinic.
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

function Compose({ recipients }: { readonly recipients: readonly Recipient[] }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [to, setTo] = useState(recipients[0]?.reference ?? '');
  const [topic, setTopic] = useDraft(`topic ${fhir.patient}`);
  const [text, setText] = useDraft(`text ${fhir.patient}`);
  const [file, setFile] = useState<File>();
  const discard = () => {
    setTopic('');
    setText('');
  };
  const send = useMutation({
    mutationFn: async () => {
      const recipient = recipients.find(({ reference }) => reference === to) as Recipient;
      return fhir.create(await newMessage(fhir, recipient, topic.trim(), { text, file }));
    },
    onSuccess: async () => {
      discard();
      await queries.invalidateQueries({ queryKey: ['messages'] });
      await navigate('/messages');
    },
  });
  return (
    <SendForm
      label="Send"
      state={send}
      onSend={() => send.mutate()}
      onCancel={() => {
        discard();
        void navigate('/messages');
      }}
    >
      <Select
        id="to"
        label="To"
        value={to}
        onChange={setTo}
        options={recipients.map(({ reference, name }) => [reference, name] as const)}
      />
      <TextField id="topic" label="About" value={topic} onChange={setTopic} required />
      <TextArea id="text" label="Message" rows={6} value={text} onChange={setText} required />
      <FileField
        id="file"
        label="Picture or PDF (optional)"
        hint="PNG, JPEG or PDF, up to 1 MB."
        accept={FILE_TYPES}
        onChange={setFile}
      />
    </SendForm>
  );
}
