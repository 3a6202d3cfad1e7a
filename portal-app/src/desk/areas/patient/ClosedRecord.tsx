/** A record that does not open: what that may mean, and the way in for an emergency. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { Explained } from '../../../format/explained.ts';
import { t } from '../../../i18n/text.ts';
import { breakTheGlass, REASON_LETTERS } from '../../../record/emergency/break-the-glass.ts';
import { reachQuery } from '../../../record/staff/reach.ts';
import { FhirFailure } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Select, SendForm, TextArea } from '../../../ui/form.tsx';
import { Card, EmptyState, PageHead } from '../../../ui/parts.tsx';

const MINUTES = [15, 30, 60];

export function ClosedRecord() {
  const { fhir } = usePortal();
  const reach = useQuery(reachQuery(fhir));
  if (reach.isPending) return null;
  const most = reach.data?.emergency ?? Number.POSITIVE_INFINITY;
  return (
    <>
      <PageHead title={t('This record is not open to you')} />
      {most === 0 ? (
        <EmptyState>{t('There is no such record, or you do not look after this patient.')}</EmptyState>
      ) : (
        <Glass minutes={withinMost(most)} />
      )}
    </>
  );
}

/** A role may open a record for less than the shortest of them. */
function withinMost(most: number): readonly number[] {
  const some = MINUTES.filter((each) => each <= most);
  return some.length === 0 ? [most] : some;
}

function Glass({ minutes: choices }: { readonly minutes: readonly number[] }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [reason, setReason, discard] = useDraft(`glass ${fhir.patient}`, '');
  const [minutes, setMinutes] = useState(String(choices[0]));
  const open = useAction({
    act: () => opened(breakTheGlass(fhir, reason, Number(minutes))),
    onSuccess: () => {
      discard();
      return refresh('banner');
    },
  });
  return (
    <Card title={t('Open it in an emergency')}>
      <p>
        {t('There is no such record, or you do not look after this patient.')}{' '}
        {t(
          'Where care can not wait, you may open it for a while: say why. It is written down with your name, and the patient is told.',
        )}
      </p>
      <SendForm label={t('Open the record')} state={open} onSend={() => open.mutate()}>
        <TextArea
          id="glass-reason"
          label={t('Why care can not wait')}
          hint={t('{least} letters or more', { least: REASON_LETTERS.least })}
          rows={3}
          most={REASON_LETTERS.most}
          required
          value={reason}
          onChange={setReason}
        />
        <Select
          id="glass-minutes"
          label={t('For how long')}
          value={minutes}
          onChange={setMinutes}
          options={choices.map((each) => [String(each), t('{count} minutes', { count: each })] as const)}
        />
      </SendForm>
    </Card>
  );
}

/** The server's refusals in words for this page. */
async function opened<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const status = error instanceof FhirFailure ? error.status : 0;
    if (status === 403) throw new Explained(t('Your role does not open records in an emergency.'));
    if (status === 404) throw new Explained(t('There is no such record.'));
    if (status === 422) throw new Explained(t('Please say why in a few words.'));
    throw error;
  }
}
