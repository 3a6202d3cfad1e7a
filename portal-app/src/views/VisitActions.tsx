/** What can be done about a visit where it is shown: check in, calendar, directions, another time, cancel. */
import type { Appointment, Location } from '@medplum/fhirtypes';
import { useState } from 'react';
import { Link } from 'react-router';
import { reason } from '../format/appointment.ts';
import { t } from '../i18n/text.ts';
import { giveBack } from '../record/visits/booking.ts';
import { calendarFile } from '../record/visits/calendar.ts';
import { cancelVisit, mayCancel, mayCheckIn, sayArrived } from '../record/visits/changes.ts';
import { directionsTo } from '../record/visits/directions.ts';
import { when } from '../record/visits/words.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { useRefresh } from '../smart/use-refresh.ts';
import { useAction } from '../smart/use-send.ts';
import { sayDone } from '../ui/done.tsx';
import { SendForm, TextField } from '../ui/form.tsx';
import styles from '../ui/list.module.css';
import { saveFile } from '../ui/save-file.ts';

interface Props {
  readonly appointment: Appointment;
  readonly location: Location | undefined;
}

export function VisitActions({ appointment, location }: Props) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [isCancelling, setCancelling] = useState(false);
  const onSettled = () => refresh('appointments', 'glance');
  const arrive = useAction({ act: () => sayArrived(fhir, appointment), onSettled });
  const about = `${reason(appointment)}, ${when(appointment)}`;
  if (!mayCancel(appointment) && !mayCheckIn(appointment)) return null;
  if (isCancelling) return <CancelForm appointment={appointment} onDone={() => setCancelling(false)} />;
  const isBooked = appointment.status === 'booked';
  const directions = directionsTo(location);
  return (
    <div className={styles.actions}>
      {mayCheckIn(appointment) && (
        <button type="button" className="button" disabled={arrive.isPending} onClick={() => arrive.mutate()}>
          {t('I have arrived')}
        </button>
      )}
      {isBooked && directions && (
        <a className="button secondary" href={directions} target="_blank" rel="noreferrer">
          {t('Directions')}
          <Hidden text={about} />
        </a>
      )}
      {isBooked && appointment.start && (
        <button
          type="button"
          className="button secondary"
          onClick={() => saveFile('visit.ics', 'text/calendar', calendarFile([appointment]))}
        >
          {t('Add to calendar')}
          <Hidden text={about} />
        </button>
      )}
      {isBooked && appointment.slot && mayCancel(appointment) && (
        <Link className="button secondary" to={`/appointments/book?instead=${appointment.id}`}>
          {t('Another time')}
          <Hidden text={about} />
        </Link>
      )}
      {mayCancel(appointment) && (
        <button type="button" className="button quiet" onClick={() => setCancelling(true)}>
          {t('Cancel')}
          <Hidden text={about} />
        </button>
      )}
      {arrive.error && <p role="alert">{arrive.error.message}</p>}
    </div>
  );
}

const Hidden = ({ text }: { readonly text: string }) => <span className="visually-hidden">: {text}</span>;

function CancelForm({
  appointment,
  onDone,
}: {
  readonly appointment: Appointment;
  readonly onDone: () => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [why, setWhy] = useState('');
  const cancel = useAction({
    act: () => (appointment.slot ? giveBack : cancelVisit)(fhir, appointment, why),
    onSuccess: () => sayDone(t('The visit is cancelled.')),
    onSettled: () => refresh('appointments', 'glance'),
  });
  return (
    <SendForm
      label={t('Cancel this visit')}
      state={cancel}
      onSend={() => cancel.mutate()}
      onCancel={onDone}
      cancelLabel={t('Keep it')}
    >
      <TextField id={`why-${appointment.id}`} label={t('Why? (optional)')} value={why} onChange={setWhy} />
    </SendForm>
  );
}
