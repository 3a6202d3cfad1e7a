/** Name, birth date and sex are changed by the clinic: asked for here, and what became of it. */
import type { Task } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { formatDistance } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { askForCorrection, correctionsQuery, isOpen } from '../../../record/patient/corrections.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { Pill } from '../../../ui/parts.tsx';

export function Correction() {
  const { fhir } = usePortal();
  const [latest] = useQuery(correctionsQuery(fhir)).data?.resources ?? [];
  const [isAsking, setAsking] = useState(false);
  if (latest && isOpen(latest)) return <State task={latest} />;
  return (
    <>
      {latest && <State task={latest} />}
      {isAsking ? (
        <Ask onDone={() => setAsking(false)} />
      ) : (
        <p className="muted">
          {t('Name and birth date are changed by the clinic.')}{' '}
          <button type="button" className="button quiet" onClick={() => setAsking(true)}>
            {t('Something is wrong')}
          </button>
        </p>
      )}
    </>
  );
}

function State({ task }: { readonly task: Task }) {
  const words = isOpen(task)
    ? t('Waiting for the clinic')
    : t(task.status === 'completed' ? 'The clinic has changed it' : 'The clinic has not changed it');
  return (
    <p>
      <Pill kind={isOpen(task) ? 'warn' : task.status === 'completed' ? 'ok' : 'plain'}>{words}</Pill>{' '}
      {task.statusReason?.text ?? task.note?.[0]?.text}{' '}
      <span className="muted">{formatDistance(task.lastModified ?? task.authoredOn ?? '')}</span>
    </p>
  );
}

function Ask({ onDone }: { readonly onDone: () => void }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [what, setWhat, discard] = useDraft('correction', '');
  const done = (): void => {
    discard();
    onDone();
  };
  const ask = useSend({
    form: 'correction',
    what,
    send: (identity) => askForCorrection(fhir, what, identity),
    onSuccess: async () => {
      await refresh('corrections');
      done();
    },
  });
  return (
    <SendForm
      label={t('Ask the clinic to change it')}
      state={ask}
      onSend={() => ask.mutate()}
      onCancel={done}
    >
      <TextArea
        id="correction"
        label={t('What is wrong, and what is right?')}
        rows={3}
        value={what}
        onChange={setWhat}
        required
      />
    </SendForm>
  );
}
