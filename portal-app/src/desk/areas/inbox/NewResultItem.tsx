/** A result that was released as it came: the values with what went before, for whoever ordered it to take note of. */
import { useDraft } from '../../../device/drafts.ts';
import { t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { acknowledge, type Results } from '../../../record/work/result.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { focusOn, type ItemProps, Key, QuickTexts } from './parts.tsx';
import { ReportOf } from './ReportOf.tsx';
import { useWork } from './use-work.ts';

export function NewResultItem(props: ItemProps) {
  return <ReportOf task={props.task}>{(found) => <Acknowledge {...props} found={found} />}</ReportOf>;
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
      <QuickTexts about="result" patient={patient} into={messageId} />
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
