/** The time that was chosen, what it is about, and the press that books it. */
import type { Appointment } from '@medplum/fhirtypes';
import { useNavigate } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { offerPush } from '../../../device/push.ts';
import { place, withWhom } from '../../../format/appointment.ts';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { bookTime } from '../../../record/visits/booking.ts';
import { bookingDrafts } from '../../../record/visits/booking-draft.ts';
import type { Reason } from '../../../record/visits/offering.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { sayDone } from '../../../ui/done.tsx';
import { SendForm, TextArea, TextField } from '../../../ui/form.tsx';
import { Card } from '../../../ui/parts.tsx';
import { REASON_WORDS } from './Wishes.tsx';

export function Confirm({
  time,
  reason,
  old,
  onBack,
}: {
  readonly time: Appointment;
  readonly reason: Reason;
  readonly old: Appointment | undefined;
  readonly onBack: () => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const drafts = bookingDrafts(old?.id);
  // What the visit says already, as it is now, until they say it otherwise.
  const [typedWhy, setWhy, discard] = useDraft<string | null>(drafts.why, null);
  const [typedComment, setComment, discardComment] = useDraft<string | null>(drafts.comment, null);
  const why = typedWhy ?? old?.description ?? '';
  const comment = typedComment ?? old?.comment ?? '';
  const book = useAction({
    act: () => bookTime(fhir, time, { reason, why, comment }, old?.id),
    onSuccess: async (booked) => {
      discard();
      discardComment();
      offerPush();
      sayDone(t('Booked: {when}.', { when: formatDateTime(booked.start ?? time.start) }), '/appointments');
      await refresh('appointments', 'glance');
      // The way back leads past the form, not to it.
      await navigate('/appointments', { replace: true });
    },
    onError: () => refresh('times', 'appointments'),
  });
  return (
    <Card title={formatDateTime(time.start)}>
      <p>{[t(REASON_WORDS[reason]), withWhom(time), place(time)].filter(Boolean).join(' · ')}</p>
      <SendForm label={t('Book this time')} state={book} onSend={() => book.mutate()} onCancel={onBack}>
        <TextField
          id="why"
          label={t('What is it about?')}
          hint={t('In your own words: whoever sees you reads it before the visit.')}
          value={why}
          onChange={setWhy}
          required
        />
        <TextArea
          id="comment"
          label={t('Anything else the clinic should know? (optional)')}
          hint={t('An interpreter, a wheelchair, who comes with you.')}
          rows={2}
          value={comment}
          onChange={setComment}
        />
      </SendForm>
    </Card>
  );
}
