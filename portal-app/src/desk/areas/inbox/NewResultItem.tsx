/** A result that was released as it came: the values with what went before, for whoever ordered it to take note of. */
import { useQuery } from '@tanstack/react-query';
import { useDraft } from '../../../device/drafts.ts';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { acknowledge, type Results, releaseQuery } from '../../../record/work/result.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { EmptyState, Loaded } from '../../../ui/parts.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { focusOn, type ItemProps, Key, QuickTexts } from './parts.tsx';
import { ReportValues } from './ReportValues.tsx';
import { useWork } from './use-work.ts';

export function NewResultItem(props: ItemProps) {
  const { fhir } = usePortal();
  const query = useQuery(releaseQuery(fhir, props.task));
  if (query.isSuccess && !query.data)
    return <EmptyState>{t('The report is not there any more.')}</EmptyState>;
  return (
    <Loaded query={query} rows={5}>
      {(found) => (
        <>
          <ReportValues found={found} />
          <KeptPill of={found.report} />
          <Acknowledge {...props} found={found} />
        </>
      )}
    </Loaded>
  );
}

function Acknowledge({ task, patient, found: { report } }: ItemProps & { readonly found: Results }) {
  const { fhir } = usePortal();
  const by = useBy();
  const [text, setText, discard] = useDraft(`comment ${task.id}`, '');
  const [id, messageId] = [`acknowledge-${task.id}`, `comment-${task.id}`];
  const isSilent = text.trim() === '';
  const send = useWork(task, {
    name: 'acknowledge',
    what: text,
    words: t(isSilent ? 'Acknowledged' : 'Acknowledged, and sent to the patient'),
    canBeUndone: isSilent,
    act: (identity) => acknowledge(fhir, task, { by, report, text, identity }),
    onDone: discard,
  });
  useKeys({ a: () => focusOn(id), r: () => focusOn(messageId) });
  return (
    <SendForm
      label={t(isSilent ? 'Acknowledge' : 'Acknowledge and send')}
      state={send}
      onSend={() => send.mutate()}
      submitId={id}
      submitHint={<Key of="a" />}
    >
      <QuickTexts
        about="result"
        patient={patient}
        onChoose={(chosen) => {
          setText(chosen);
          focusOn(messageId);
        }}
      />
      <TextArea
        id={messageId}
        label={t('Message to the patient (optional)')}
        rows={3}
        value={text}
        onChange={setText}
      />
    </SendForm>
  );
}
