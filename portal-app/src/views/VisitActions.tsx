/** What can be done about a visit where it is shown: check in, calendar, directions, another time, cancel. */

import type { Appointment, Location } from '@medplum/fhirtypes';
import { Suspense, useState } from 'react';
import { Link } from 'react-router';
import { reason } from '../format/appointment.ts';
import { failureWords } from '../format/explained.ts';
import { loadPageTexts } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { mayCancel, mayCheckIn, mayCheckInAhead, sayArrived } from '../record/visits/changes.ts';
import { directionsTo } from '../record/visits/directions.ts';
import { isVideoToCome, mayJoin, meetingOf } from '../record/visits/join.ts';
import { when } from '../record/visits/words.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import { useRefresh } from '../smart/use-refresh.ts';
import { useAction } from '../smart/use-send.ts';
import { Button } from '../ui/Button.tsx';
import { later } from '../ui/later.tsx';
import styles from '../ui/list.module.css';
import { saveFile } from '../ui/save-file.ts';
import { useNow } from '../ui/use-now.ts';
import { JoinLink } from './JoinLink.tsx';

/** Forms come when one is opened: the first page has none. */
const CancelForm = later(async () => {
  const [{ CancelVisit }] = await Promise.all([import('./CancelVisit.tsx'), loadPageTexts()]);
  return CancelVisit;
});

async function saveVisit(appointment: Appointment): Promise<void> {
  const { calendarFile } = await import('../record/visits/calendar.ts');
  saveFile('visit.ics', 'text/calendar', calendarFile([appointment]));
}

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
  const now = useNow(15);
  const isVideo = isVideoToCome(appointment, now);
  if (!mayCancel(appointment) && !mayCheckIn(appointment) && !isVideo) return null;
  if (isCancelling)
    return (
      <Suspense>
        <CancelForm appointment={appointment} onDone={() => setCancelling(false)} />
      </Suspense>
    );
  const isBooked = appointment.status === 'booked';
  const mayChange = fhir.offers('Appointment', 'update');
  const directions = directionsTo(location);
  const meeting = mayJoin(appointment, now) ? meetingOf(appointment) : undefined;
  return (
    <div className={styles.actions}>
      {meeting && <JoinLink meeting={meeting} about={about} />}
      {mayCheckInAhead(appointment, now) && fhir.offers('QuestionnaireResponse', 'create') && (
        <Link className="button" to={`/appointments/${appointment.id}/check-in`}>
          {t('Check in')}
          <Hidden text={about} />
        </Link>
      )}
      {isVideo && (
        <Link className="button secondary" to={`/appointments/${appointment.id}/video`}>
          {t('Test camera and sound')}
          <Hidden text={about} />
        </Link>
      )}
      {mayCheckIn(appointment) && !isVideo && mayChange && (
        <Button className="button" isOff={arrive.isPending} onClick={() => arrive.mutate()}>
          {t('I have arrived')}
        </Button>
      )}
      {isBooked && directions && (
        <a className="button secondary" href={directions} target="_blank" rel="noreferrer">
          {t('Directions')}
          <Hidden text={about} />
        </a>
      )}
      {isBooked && appointment.start && (
        <button type="button" className="button secondary" onClick={() => void saveVisit(appointment)}>
          {t('Add to calendar')}
          <Hidden text={about} />
        </button>
      )}
      {isBooked && appointment.slot && mayCancel(appointment) && fhir.offers('Appointment', '$book') && (
        <Link className="button secondary" to={`/appointments/book?instead=${appointment.id}`}>
          {t('Another time')}
          <Hidden text={about} />
        </Link>
      )}
      {mayCancel(appointment) && mayChange && (
        <button type="button" className="button quiet" onClick={() => setCancelling(true)}>
          {t('Cancel')}
          <Hidden text={about} />
        </button>
      )}
      {arrive.error && <p role="alert">{failureWords(arrive.error)}</p>}
    </div>
  );
}

const Hidden = ({ text }: { readonly text: string }) => <span className="visually-hidden">: {text}</span>;
