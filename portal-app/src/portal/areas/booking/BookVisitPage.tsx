/** Books a visit: why, how, where, with whom and when; the next free days at a glance. Who comes second to a time is told so, and sees what is free then. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useClinic } from '../../../device/clinic.ts';
import { instantOf } from '../../../format/clinic-clock.ts';
import { t } from '../../../i18n/text.ts';
import { recipientsQuery } from '../../../record/messages/send.ts';
import { findTimes } from '../../../record/visits/booking.ts';
import { likeVisit, type Offering, offeringsQuery, suiting } from '../../../record/visits/offering.ts';
import { appointmentQuery } from '../../../record/visits/queries.ts';
import { visitText } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
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
      {replaces ? <Moved id={replaces}>{book}</Moved> : book(undefined)}
    </>
  );
}

/** As it stands in the address. */
const keyOf = (reference: string): string => reference.replace(/^Practitioner\//, '');

/** The visit that is moved: shown, and what is known of it carried over. */
function Moved({
  id,
  children,
}: {
  readonly id: string;
  readonly children: (old: Appointment) => ReactNode;
}) {
  const { fhir } = usePortal();
  const query = useQuery(appointmentQuery(fhir, id));
  return (
    <Loaded query={query}>
      {(old) => (
        <>
          <p>
            <strong>
              {t('Until now: {visit}', {
                visit: visitText(old),
              })}
            </strong>
          </p>
          <p className="muted">{t('Your present time stays yours until you have taken the new one.')}</p>
          {children(old)}
        </>
      )}
    </Loaded>
  );
}

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
  const { wanted, day, set } = useWanted(old ? likeVisit(old, offerings) : { who: own });
  const [chosen, setChosen] = useState<Appointment>();
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
      }),
    enabled: suited.length > 0,
    staleTime: 0,
  });
  if (chosen)
    return <Confirm time={chosen} reason={wanted.reason} old={old} onBack={() => setChosen(undefined)} />;
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
                onChoose={setChosen}
              />
            )
          }
        </Loaded>
      )}
    </>
  );
}
