/** Visits to come and visits that were. */
import type { Appointment, Location, Resource } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { markSeen } from '../../../device/seen.ts';
import { isUpcoming, place, reason, withWhom } from '../../../format/appointment.ts';
import { formatDistance } from '../../../format/date.ts';
import { lookUp } from '../../../format/table.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { contactOfPlace } from '../../../record/clinic/contact.ts';
import { visitKey } from '../../../record/inbox/news.ts';
import { useAllNamed, useNamed } from '../../../record/use-named.ts';
import { calendarFile } from '../../../record/visits/calendar.ts';
import { locationOf } from '../../../record/visits/directions.ts';
import { isEarlierWish, isOffer } from '../../../record/visits/offer.ts';
import { proposedSlots } from '../../../record/visits/proposed-times.ts';
import { appointmentsQuery, heldVisitsQuery } from '../../../record/visits/queries.ts';
import { overOffer, wishFor } from '../../../record/visits/waiting-list.ts';
import { whyCancelled } from '../../../record/visits/why-cancelled.ts';
import { when } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { ClinicLines, Said } from '../../../ui/clinic.tsx';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { saveFile } from '../../../ui/save-file.ts';
import { PushOffer } from '../../../views/PushOffer.tsx';
import { VisitActions } from '../../../views/VisitActions.tsx';
import { CalendarFeed } from './CalendarFeed.tsx';
import { ProposedTimes } from './ProposedTimes.tsx';
import { EarlierTime, Offer, Over } from './WaitingList.tsx';

const STATUS: Readonly<Record<string, Text>> = {
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
  useEffect(() => markSeen(...(query.data?.resources ?? []).map(visitKey)), [query.data]);
  return (
    <>
      <PageHead title={t('Visits')} />
      <p>
        {fhir.offers('Appointment', '$book') && (
          <Link className="button" to="/appointments/book">
            {t('Book a visit')}
          </Link>
        )}{' '}
        {fhir.offers('Appointment', 'create') && (
          <Link className="button secondary" to="/appointments/new">
            {t('Ask for a visit')}
          </Link>
        )}
      </p>
      <PushOffer />
      <Loaded query={query}>
        {({ resources, included }) => {
          const offers = resources.filter((each) => isOffer(each));
          const visits = resources.filter((each) => !isEarlierWish(each) && !offers.includes(each));
          const upcoming = visits.filter((each) => isComing(each)).reverse();
          const past = visits.filter((each) => !isComing(each));
          return (
            <>
              {offers.map((offer) => (
                <Offer
                  key={offer.id}
                  offer={offer}
                  instead={upcoming.find((visit) => wishFor(visit, [offer]))}
                />
              ))}
              {resources.map((each) => {
                const over = overOffer(each);
                return over && <Over key={each.id} offer={over} />;
              })}
              <Card title={t('Coming up')}>
                {upcoming.length === 0 ? (
                  <EmptyState>
                    <Said text="No visits are planned. Book or ask for one here, or call the clinic." />
                  </EmptyState>
                ) : (
                  <>
                    <List appointments={upcoming} included={included} all={resources} />
                    <AllToCalendar appointments={upcoming} />
                  </>
                )}
              </Card>
              {fhir.offers('Patient', '$calendar-feed') && <CalendarFeed />}
              <Card
                title={t('Past')}
                action={
                  fhir.offers('Encounter') && <Link to="/records/Encounter">{t('Visits on record')}</Link>
                }
              >
                {past.length === 0 ? (
                  <EmptyState>{t('No past visits are on record here.')}</EmptyState>
                ) : (
                  <List appointments={past} included={included} all={resources} />
                )}
              </Card>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function statusWords(appointment: Appointment): string {
  const { status } = appointment;
  if (proposedSlots(appointment).length > 0) return t('Please choose a time');
  const words = lookUp(STATUS, status);
  return words ? t(words) : status;
}

/** One that was asked for has no time yet. */
const isComing = (appointment: Appointment): boolean =>
  isUpcoming(appointment) ||
  (appointment.start === undefined && ['proposed', 'pending', 'waitlist'].includes(appointment.status));

/** Several at once, for the calendar of whoever goes often. */
function AllToCalendar({ appointments }: { readonly appointments: readonly Appointment[] }) {
  const booked = useNamed(appointments).filter(({ status, start }) => status === 'booked' && start);
  if (booked.length < 2) return null;
  return (
    <p>
      <button
        type="button"
        className="button quiet"
        onClick={() => saveFile('visits.ics', 'text/calendar', calendarFile(booked))}
      >
        {t('Add all of them to my calendar')}
      </button>
    </p>
  );
}

function List({
  appointments,
  included,
  all,
}: {
  readonly appointments: readonly Appointment[];
  readonly included: readonly Resource[];
  /** With the wishes for an earlier time. */
  readonly all: readonly Appointment[];
}) {
  const { fhir } = usePortal();
  const held = useQuery(heldVisitsQuery(fhir)).data;
  const named = useAllNamed(appointments);
  return (
    <ul className={styles.list}>
      <Each of={appointments}>
        {(appointment) => (
          <li key={appointment.id} className={styles.item}>
            <h3>{when(appointment)}</h3>
            <p>
              {[reason, withWhom]
                .map((say) => say(named(appointment)))
                .filter(Boolean)
                .join(' · ')}
            </p>
            <p className="muted">
              {[
                isPlaceBelow(appointment, included) ? undefined : place(named(appointment)),
                appointment.start && formatDistance(appointment.start),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <Pill
              kind={appointment.status === 'cancelled' || appointment.status === 'noshow' ? 'plain' : 'info'}
            >
              {statusWords(appointment)}
            </Pill>
            {whyCancelled(appointment) && <p>{whyCancelled(appointment)}</p>}
            {held?.has(appointment.id ?? '') && (
              <p>
                <Link to={`/records/Encounter/${held.get(appointment.id ?? '')}`}>
                  {t('Summary of the visit')}
                  <span className="visually-hidden">: {reason(appointment)}</span>
                </Link>
              </p>
            )}
            {isUpcoming(appointment) && <Place location={locationOf(appointment, included)} />}
            <VisitActions appointment={appointment} location={locationOf(appointment, included)} />
            <ProposedTimes visit={appointment} />
            <EarlierTime visit={appointment} all={all} />
          </li>
        )}
      </Each>
    </ul>
  );
}

/** By its name, with how it is reached: once is enough. */
function isPlaceBelow(appointment: Appointment, included: readonly Resource[]): boolean {
  const contact = contactOfPlace(locationOf(appointment, included));
  return isUpcoming(appointment) && (contact?.phone ?? contact?.address) !== undefined;
}

/** Where it is, and how that place is reached. */
function Place({ location }: { readonly location: Location | undefined }) {
  const contact = contactOfPlace(location);
  return contact && <ClinicLines clinic={contact} />;
}
