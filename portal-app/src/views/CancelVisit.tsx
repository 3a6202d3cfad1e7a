/** Gives a visit back, with a reason. */
import type { Appointment } from '@medplum/fhirtypes';
import { useDraft } from '../device/drafts.ts';
import { t } from '../i18n/text.ts';
import { giveBack } from '../record/visits/booking.ts';
import { cancelVisit } from '../record/visits/changes.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { useRefresh } from '../smart/use-refresh.ts';
import { useAction } from '../smart/use-send.ts';
import { sayDone } from '../ui/done.tsx';
import { SendForm, TextField } from '../ui/form.tsx';

export function CancelVisit({
  appointment,
  onDone,
}: {
  readonly appointment: Appointment;
  readonly onDone: () => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [why, setWhy, discard] = useDraft(`cancel ${appointment.id}`, '');
  const cancel = useAction({
    act: () => (appointment.slot ? giveBack : cancelVisit)(fhir, appointment, why),
    onSuccess: () => {
      discard();
      sayDone(t('The visit is cancelled.'));
    },
    onSettled: () => refresh('appointments', 'glance'),
  });
  return (
    <SendForm
      label={t('Cancel this visit')}
      state={cancel}
      onSend={() => cancel.mutate()}
      onCancel={() => {
        discard();
        onDone();
      }}
      cancelLabel={t('Keep it')}
    >
      <TextField id={`why-${appointment.id}`} label={t('Why? (optional)')} value={why} onChange={setWhy} />
    </SendForm>
  );
}
