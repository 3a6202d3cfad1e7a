/** Visits to come and visits that were. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { isUpcoming, place, reason, withWhom } from '../../format/appointment.ts';
import { formatDateTime, formatDistance } from '../../format/date.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import styles from '../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../ui/parts.tsx';
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
      <Loaded query={query}>
        {({ resources }) => {
          const upcoming = resources.filter((each) => isUpcoming(each)).reverse();
          const past = resources.filter((each) => !isUpcoming(each));
          return (
            <>
              <Card title="Coming up">
                {upcoming.length === 0 ? (
                  <EmptyState>No visits are planned. Call the clinic to make one.</EmptyState>
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

function List({ appointments }: { readonly appointments: readonly Appointment[] }) {
  return (
    <ul className={styles.list}>
      {appointments.map((appointment) => (
        <li key={appointment.id} className={styles.item}>
          <h3>{formatDateTime(appointment.start)}</h3>
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
        </li>
      ))}
    </ul>
  );
}
