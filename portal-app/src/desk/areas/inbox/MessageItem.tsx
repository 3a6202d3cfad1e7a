/** A message: the conversation, and the answer below it. */
import { useQuery } from '@tanstack/react-query';
import { useDraft } from '../../../device/drafts.ts';
import { t } from '../../../i18n/text.ts';
import type { Thread } from '../../../record/messages/queries.ts';
import { labelsOf } from '../../../record/patient/kept-from.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { answer, threadQuery } from '../../../record/work/answer.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { EmptyState, Loaded } from '../../../ui/parts.tsx';
import { Conversation } from '../../../views/Conversation.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { focusOn, type ItemProps, QuickTexts } from './parts.tsx';
import { useWork } from './use-work.ts';

export function MessageItem({ task, patient }: ItemProps) {
  const { fhir } = usePortal();
  const query = useQuery(threadQuery(fhir, task));
  return (
    <Loaded query={query} rows={4}>
      {({ thread }) => (
        <>
          {thread ? (
            <>
              <KeptPill of={labelsOf(thread.messages)} />
              <Conversation thread={thread} mine="clinic" />
            </>
          ) : (
            <EmptyState>{t('The message is not there any more, or not for your role.')}</EmptyState>
          )}
          <Reply task={task} patient={patient} thread={thread} />
        </>
      )}
    </Loaded>
  );
}

/** What was said, once it is answered. */
export function Said({ task }: Pick<ItemProps, 'task'>) {
  const { fhir } = usePortal();
  return (
    <Loaded query={useQuery(threadQuery(fhir, task))} rows={4}>
      {({ thread }) => (thread ? <Conversation thread={thread} mine="clinic" /> : null)}
    </Loaded>
  );
}

function Reply({ task, patient, thread }: ItemProps & { readonly thread: Thread | undefined }) {
  const { fhir } = usePortal();
  const by = useBy();
  const id = `answer-${task.id}`;
  const [text, setText, discard] = useDraft(`answer ${task.id}`, '');
  const send = useWork(task, {
    name: 'answer',
    what: text,
    words: t('Answered'),
    act: (identity) => answer(fhir, task, { by, words: { text }, thread, identity }),
    onDone: discard,
  });
  useKeys({ r: () => focusOn(id) });
  return (
    <SendForm label={t('Send the answer')} state={send} onSend={() => send.mutate()}>
      <QuickTexts about="message" patient={patient} into={id} />
      <TextArea
        id={id}
        label={t('Your answer')}
        hint={t('Control and Enter send it.')}
        rows={5}
        value={text}
        onChange={setText}
        required
      />
    </SendForm>
  );
}
