/** Books a visit: why, how, where, with whom and when; the next free days at a glance. Who comes second to a time is told so, and sees what is free then. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useClinic } from '../../../device/clinic.ts';
import { instantOf } from '../../../format/clinic-clock.ts';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { recipientsQuery } from '../../../record/messages/send.ts';
import { bookedAt, findTimes } from '../../../record/visits/booking.ts';
import { forgetBooked, hasUnsent } from '../../../record/visits/booking-draft.ts';
import {
  likeVisit,
  type Offering,
  offeringsQuery,
  type Reason,
  suiting,
} from '../../../record/visits/offering.ts';
import { appointmentQuery } from '../../../record/visits/queries.ts';
import { visitText } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { sentBeforeWords } from '../../../smart/sent-before.ts';
import { ClinicLines, Said } from '../../../ui/clinic.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { Confirm } from './Confirm.tsx';
import { Times } from './Times.tsx';
import { useWanted } from './use-wanted.ts';
import { Wishes } from './Wishes.tsx';

export function BookVisitPage() {
  const { fhir } = usePortal();
  const people = useQuery(recipientsQuery(fhir));
  const offerings = useQuery(offeringsQuery(fhir));
  const [parameters] = useSearchParams();
  const replaces = parameters.get('instead') ?? undefined;
  const book = (old: Appointment | undefined) => (
    <Loaded query={offerings}>
      {(all) => (
        <Loaded query={people}>
          {(team) => <Book offerings={all} team={team.map(({ reference }) => keyOf(reference))} old={old} />}
        </Loaded>
      )}
    </Loaded>
  );
  return (
    <>
      <PageHead title={t(replaces ? 'Choose another time' : 'Book a visit')} />
      <p className="muted">
        <Said
          text="If it can’t wait, call the clinic; in an emergency {number}."
          values={{ number: EMERGENCY_NUMBER }}
        />
      </p>
      {replaces ? (
        <Moved id={replaces} time={parameters.get('time') ?? ''}>
          {book}
        </Moved>
      ) : (
        book(undefined)
      )}
    </>
  );
}

/** As it stands in the address. */
const keyOf = (reference: string): string => reference.replace(/^Practitioner\//, '');

/** The visit that is moved: shown, and what is known of it carried over. */
function Moved({
  id,
  time,
  children,
}: {
  readonly id: string;
  /** Id of the slot that was chosen instead. */
  readonly time: string;
  readonly children: (old: Appointment) => ReactNode;
}) {
  const { fhir } = usePortal();
  const query = useQuery(appointmentQuery(fhir, id));
  return (
    <Loaded query={query}>
      {(old) =>
        old.status === 'booked' ? (
          <>
            <p>
              <strong>{t('Until now: {visit}', { visit: visitText(old) })}</strong>
            </p>
            <p className="muted">{t('Your present time stays yours until you have taken the new one.')}</p>
            {children(old)}
          </>
        ) : (
          <TimeOf slot={time} replaces={id}>
            {t('This visit was moved or cancelled already.')}
          </TimeOf>
        )
      }
    </Loaded>
  );
}

/** A time of the address that can't be booked: it is the person's own already (an answer was lost, another tab was quicker), or what stands inside. */
function TimeOf({
  slot,
  replaces,
  reason,
  children,
}: {
  readonly slot: string;
  readonly replaces: string | undefined;
  readonly reason?: Reason;
  readonly children: string;
}) {
  const { fhir } = usePortal();
  const own = useQuery({
    queryKey: ['appointments', fhir.patient, 'at', slot],
    queryFn: async () => (slot === '' ? null : ((await bookedAt(fhir, `Slot/${slot}`)) ?? null)),
    staleTime: 0,
  }).data;
  useEffect(() => {
    if (own) forgetBooked(replaces, own);
  }, [own, replaces]);
  if (own === undefined) return null;
  return (
    <p role="status">
      {own ? t('Booked: {when}.', { when: formatDateTime(own.start) }) : children}{' '}
      {own && hasUnsent(replaces, own, reason) && `${sentBeforeWords()} `}
      <Link to="/appointments">{t('Visits')}</Link>
    </p>
  );
}

const slotOf = ({ slot }: Appointment): string => slot?.[0]?.reference?.replace(/^Slot\//, '') ?? '';

function Book({
  offerings,
  team,
  old,
}: {
  readonly offerings: readonly Offering[];
  readonly team: readonly string[];
  readonly old: Appointment | undefined;
}) {
  const { fhir } = usePortal();
  const clinic = useClinic();
  const own = team.find((key) => offerings.some(({ who }) => who?.key === key)) ?? '';
  const { wanted, day, time, set, look } = useWanted(old ? likeVisit(old, offerings) : { who: own });
  const [opened] = useState(() => Date.now());
  const suited = suiting(offerings, wanted);
  const query = useQuery({
    queryKey: ['times', fhir.patient, wanted, opened],
    queryFn: () =>
      findTimes(fhir, {
        schedules: suited.length === offerings.length ? undefined : suited.map(({ schedule }) => schedule),
        mode: wanted.mode || (wanted.place === '' ? '' : 'in-person'),
        reason: wanted.reason,
        from: wanted.from === '' ? opened : Math.max(opened, instantOf(wanted.from)),
        replaces: old?.id,
      }),
    enabled: suited.length > 0,
    staleTime: 0,
  });
  const chosen = time === '' ? undefined : query.data?.find((each) => slotOf(each) === time);
  if (chosen) return <Confirm time={chosen} reason={wanted.reason} old={old} onBack={() => look('')} />;
  const none = (
    <Card title={t('Free times')}>
      <EmptyState>
        {t(
          'Nothing is free in these four weeks for what you chose. Choose something else, or ask for a visit.',
        )}
      </EmptyState>
      <p>
        <Link className="button secondary" to="/appointments/new">
          {t('Ask for a visit')}
        </Link>
      </p>
      {clinic && <ClinicLines clinic={clinic} />}
    </Card>
  );
  return (
    <>
      {time !== '' && query.data && (
        <TimeOf slot={time} replaces={old?.id} reason={wanted.reason}>
          {t('This is not free any more. Please choose another.')}
        </TimeOf>
      )}
      <Card>
        <Wishes offerings={offerings} team={new Set(team)} wanted={wanted} set={set} />
      </Card>
      {suited.length === 0 ? (
        none
      ) : (
        <Loaded query={query}>
          {(times) =>
            times.length === 0 ? (
              none
            ) : (
              <Times
                key={JSON.stringify(wanted)}
                times={times}
                day={day}
                onDay={(next) => set({ day: next })}
                onChoose={(next) => look(slotOf(next))}
              />
            )
          }
        </Loaded>
      )}
    </>
  );
}
