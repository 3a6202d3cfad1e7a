/** Picks a free time and takes it. Who comes second is told so, and sees what is free then. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { offerPush } from '../../../device/push.ts';
import { place, reason, withWhom } from '../../../format/appointment.ts';
import { zoneAt } from '../../../format/clinic-clock.ts';
import { formatDateTime } from '../../../format/date.ts';
import { locale } from '../../../i18n/language.ts';
import { t } from '../../../i18n/text.ts';
import { type Recipient, recipientsQuery } from '../../../record/messages/send.ts';
import { bookTime, byDay, findTimes } from '../../../record/visits/booking.ts';
import { when } from '../../../record/visits/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { sayDone } from '../../../ui/done.tsx';
import { Select, SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import styles from './book.module.css';

export function BookVisitPage() {
  const { fhir } = usePortal();
  const people = useQuery(recipientsQuery(fhir));
  const [parameters] = useSearchParams();
  const replaces = parameters.get('instead') ?? undefined;
  return (
    <>
      <PageHead title={t(replaces ? 'Choose another time' : 'Book a visit')} />
      {replaces ? (
        <Moved id={replaces}>
          {(old) => <Loaded query={people}>{(team) => <Times people={team} old={old} />}</Loaded>}
        </Moved>
      ) : (
        <Loaded query={people}>{(team) => <Times people={team} old={undefined} />}</Loaded>
      )}
    </>
  );
}

/** The visit that is moved: shown, and what is known of it carried over. */
function Moved({
  id,
  children,
}: {
  readonly id: string;
  readonly children: (old: Appointment) => ReactNode;
}) {
  const { fhir } = usePortal();
  const query = useQuery({
    queryKey: ['appointments', fhir.patient, id],
    queryFn: () => fhir.read<Appointment>('Appointment', id),
  });
  return (
    <Loaded query={query}>
      {(old) => (
        <>
          <p>
            <strong>
              {t('Until now: {visit}', {
                visit: [when(old), reason(old), withWhom(old)].filter(Boolean).join(' · '),
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

/** With whom it was, where they can be booked. */
const sameAs = (old: Appointment | undefined, people: readonly Recipient[]): string | undefined =>
  people.find(({ reference }) => old?.participant?.some(({ actor }) => actor?.reference === reference))
    ?.reference;

function Times({
  people,
  old,
}: {
  readonly people: readonly Recipient[];
  readonly old: Appointment | undefined;
}) {
  const { fhir } = usePortal();
  const [who, setWho] = useState(sameAs(old, people) ?? people[0]?.reference ?? '');
  const [from, setFrom] = useState(() => new Date().toISOString());
  const [chosen, setChosen] = useState<Appointment>();
  const query = useQuery({
    queryKey: ['times', fhir.patient, who, from],
    queryFn: () => findTimes(fhir, { from, practitioner: who || undefined }),
    staleTime: 0,
  });
  if (chosen) return <Confirm time={chosen} old={old} onBack={() => setChosen(undefined)} />;
  return (
    <>
      <Select
        id="who"
        label={t('With whom?')}
        value={who}
        onChange={setWho}
        options={[
          ...people.map(({ reference, name }) => [reference, name] as const),
          ['', t('Whoever is free first')] as const,
        ]}
      />
      <Loaded query={query}>
        {(times) => (
          <Card title={t('Free times')}>
            {times.length === 0 ? (
              <EmptyState>
                {t('Nothing is free in the next four weeks. Choose somebody else, or ask for a visit.')}
              </EmptyState>
            ) : (
              byDay(times).map(([day, ofDay]) => (
                <section key={day}>
                  <h3>{day}</h3>
                  <ul className={styles.times}>
                    {ofDay.map((time) => (
                      <li key={time.slot?.[0]?.reference}>
                        <button type="button" className="button secondary" onClick={() => setChosen(time)}>
                          {timeOfDay(time)}
                          {who === '' && <small>{withWhom(time)}</small>}
                          <span className="visually-hidden">
                            , {day}
                            {who !== '' && `, ${withWhom(time)}`}
                          </span>
                        </button>
                      </li>
                    ))}
                  </ul>
                </section>
              ))
            )}
            {times.length > 0 && (
              <button
                type="button"
                className="button quiet"
                onClick={() => setFrom(times.at(-1)?.end ?? from)}
              >
                {t('Later times')}
              </button>
            )}
          </Card>
        )}
      </Loaded>
    </>
  );
}

const timeOfDay = ({ start }: Appointment): string =>
  new Date(start ?? 0).toLocaleTimeString(locale(), {
    hour: 'numeric',
    minute: '2-digit',
    ...(zoneAt(new Date(start ?? 0)).timeZone
      ? { ...zoneAt(new Date(start ?? 0)), timeZoneName: 'short' as const }
      : {}),
  });

function Confirm({
  time,
  old,
  onBack,
}: {
  readonly time: Appointment;
  readonly old: Appointment | undefined;
  readonly onBack: () => void;
}) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const [why, setWhy, discard] = useDraft(old ? `book instead of ${old.id}` : 'book', old?.description ?? '');
  const book = useAction({
    act: () => bookTime(fhir, time, why, old?.id),
    onSuccess: async (booked) => {
      discard();
      offerPush();
      sayDone(t('Booked: {when}.', { when: formatDateTime(booked.start ?? time.start) }), '/appointments');
      await refresh('appointments', 'glance');
      await navigate('/appointments');
    },
    onError: () => refresh('times'),
  });
  return (
    <Card title={formatDateTime(time.start)}>
      <p>{[withWhom(time), place(time)].filter(Boolean).join(' · ')}</p>
      <SendForm label={t('Book this time')} state={book} onSend={() => book.mutate()} onCancel={onBack}>
        <TextField id="why" label={t('What is it about?')} value={why} onChange={setWhy} required />
      </SendForm>
      {book.error && (
        <button type="button" className="button secondary" onClick={onBack}>
          {t('See what else is free')}
        </button>
      )}
    </Card>
  );
}
