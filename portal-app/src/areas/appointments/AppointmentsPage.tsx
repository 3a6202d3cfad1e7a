/** Visits to come and visits that were. */
import type { Appointment } from '@medplum/fhirtypes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { isUpcoming, place, reason, withWhom } from '../../format/appointment.ts';
import { formatDate, formatDateTime, formatDistance } from '../../format/date.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { SendForm, TextField } from '../../ui/form.tsx';
import styles from '../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../ui/parts.tsx';
import { saveFile } from '../records/download.ts';
import { giveBack } from './booking.ts';
import { calendarFile, cancelVisit, mayCancel, mayCheckIn, sayArrived } from './changes.ts';
import { appointmentsQuery } from './queries.ts';

const STATUS: Readonly<Record<string, string>> = {
  proposed: 'Asked for, waiting for the clinic',
  pending: 'Waiting for the clinic',
  booked: 'Booked',
  arrived: 'You have arrived',
  'checked-in': 'Checked in',
  fulfilled: 'Took place',
  cancelled: 'Cancelled',
  noshow: 'Missed',
  waitlist: 'On the waiting list',
};

export function AppointmentsPage() {
  const { fhir } = usePortal();
  const query = useQuery(appointmentsQuery(fhir));
  return (
    <>
      <PageHead title="Visits" />
      <p>
        <Link className="button" to="/appointments/book">
          Book a visit
        </Link>{' '}
        <Link className="button secondary" to="/appointments/new">
          Ask for a visit
        </Link>
      </p>
      <Loaded query={query}>
        {({ resources }) => {
          const upcoming = resources.filter((each) => isComing(each)).reverse();
          const past = resources.filter((each) => !isComing(each));
          return (
            <>
              <Card title="Coming up">
                {upcoming.length === 0 ? (
                  <EmptyState>
                    No visits are planned. Book or ask for one here, or call the clinic.
                  </EmptyState>
                ) : (
                  <List appointments={upcoming} />
                )}
              </Card>
              <Card title="Past">
                {past.length === 0 ? (
                  <EmptyState>No past visits are on record here.</EmptyState>
                ) : (
                  <List appointments={past} />
                )}
              </Card>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

/** One that was asked for has no time yet. */
const isComing = (appointment: Appointment): boolean =>
  isUpcoming(appointment) ||
  (appointment.start === undefined && ['proposed', 'pending'].includes(appointment.status));

function when({ start, requestedPeriod }: Appointment): string {
  if (start) return formatDateTime(start);
  const [asked] = requestedPeriod ?? [];
  return asked?.start
    ? `Between ${formatDate(asked.start.slice(0, 10))} and ${formatDate(asked.end?.slice(0, 10))}`
    : 'No time yet';
}

function List({ appointments }: { readonly appointments: readonly Appointment[] }) {
  return (
    <ul className={styles.list}>
      {appointments.map((appointment) => (
        <li key={appointment.id} className={styles.item}>
          <h3>{when(appointment)}</h3>
          <p>
            {reason(appointment)}
            {withWhom(appointment) && ` · ${withWhom(appointment)}`}
          </p>
          <p className="muted">
            {[place(appointment), appointment.start && formatDistance(appointment.start)]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <Pill
            kind={appointment.status === 'cancelled' || appointment.status === 'noshow' ? 'plain' : 'info'}
          >
            {STATUS[appointment.status] ?? appointment.status}
          </Pill>
          <Actions appointment={appointment} />
        </li>
      ))}
    </ul>
  );
}

function Actions({ appointment }: { readonly appointment: Appointment }) {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const [isCancelling, setCancelling] = useState(false);
  const [why, setWhy] = useState('');
  const onSettled = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['appointments'] }),
      queries.invalidateQueries({ queryKey: ['glance'] }),
    ]);
  const cancel = useMutation({
    mutationFn: () => (appointment.slot ? giveBack : cancelVisit)(fhir, appointment, why),
    onSettled,
  });
  const arrive = useMutation({ mutationFn: () => sayArrived(fhir, appointment), onSettled });
  const about = `${reason(appointment)}, ${when(appointment)}`;
  if (!mayCancel(appointment) && !mayCheckIn(appointment)) return null;
  if (isCancelling)
    return (
      <SendForm
        label="Cancel this visit"
        state={cancel}
        onSend={() => cancel.mutate()}
        onCancel={() => setCancelling(false)}
      >
        <TextField id={`why-${appointment.id}`} label="Why? (optional)" value={why} onChange={setWhy} />
      </SendForm>
    );
  return (
    <div className={styles.actions}>
      {mayCheckIn(appointment) && (
        <button type="button" className="button" disabled={arrive.isPending} onClick={() => arrive.mutate()}>
          I have arrived
        </button>
      )}
      {appointment.status === 'booked' && appointment.start && (
        <button
          type="button"
          className="button secondary"
          onClick={() => saveFile('visit.ics', 'text/calendar', calendarFile(appointment))}
        >
          Add to calendar<span className="visually-hidden">: {about}</span>
        </button>
      )}
      {appointment.status === 'booked' && appointment.slot && mayCancel(appointment) && (
        <Link className="button secondary" to={`/appointments/book?instead=${appointment.id}`}>
          Another time<span className="visually-hidden"> for {about}</span>
        </Link>
      )}
      {mayCancel(appointment) && (
        <button type="button" className="button quiet" onClick={() => setCancelling(true)}>
          Cancel<span className="visually-hidden">: {about}</span>
        </button>
      )}
      {arrive.error && <p role="alert">{arrive.error.message}</p>}
    </div>
  );
}
