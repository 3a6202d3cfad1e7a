/** At a glance: what is new and what matters now, the next visit, what to do, messages, medicines; each one click from its page. */

import type { Appointment, Communication, Resource } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import { Link, useLocation } from 'react-router';
import { isNew, useSeen } from '../../../device/seen.ts';
import { isTourDue } from '../../../device/tour.ts';
import { place, reason, withWhom } from '../../../format/appointment.ts';
import { formatDateTime, formatDistance, greeting } from '../../../format/date.ts';
import { isMessage, senderName, textOf } from '../../../format/message.ts';
import { plural, t } from '../../../i18n/text.ts';
import { type Glance, glanceQuery } from '../../../record/glance/queries.ts';
import { newOrders } from '../../../record/inbox/news.ts';
import { isUnread } from '../../../record/messages/unread.ts';
import { useWhose } from '../../../record/patient/whose.ts';
import { isYoung } from '../../../record/patient/young.ts';
import { locationOf } from '../../../record/visits/directions.ts';
import { isEarlierWish, isOffer } from '../../../record/visits/offer.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { later } from '../../../ui/later.tsx';
import { page } from '../../../ui/page.tsx';
import { Card, EmptyState, Loaded, PageHead, PartFailed, Pill, Skeleton } from '../../../ui/parts.tsx';
import styles from './home.module.css';
import { LatestResults } from './LatestResults.tsx';
import { Lead } from './Lead.tsx';
import { Medicines } from './Medicines.tsx';
import { ToDo } from './ToDo.tsx';

/** What can be done about a visit is not what the page is waited for. */
const VisitActions = later(async () => (await import('../../../views/VisitActions.tsx')).VisitActions);

/** For whoever has just made an account. */
const { Component: Tour } = page('tour', async () => (await import('./Tour.tsx')).Tour);

/** For a child's parents, and the young person. */
const { Component: Ages } = page('ages', async () => (await import('./SoonByAge.tsx')).SoonByAge);

export function HomePage() {
  const { fhir } = usePortal();
  const query = useQuery(glanceQuery(fhir));
  useSeen();
  const { search } = useLocation();
  // Greeted is who reads, not whom the record is about.
  const { firstName } = useWhose(fhir).reader;
  return (
    <>
      <PageHead title={firstName ? `${greeting()}, ${firstName}` : greeting()} />
      <Loaded query={query} rows={6}>
        {(glance) => <Cards glance={glance} onRetry={() => void query.refetch()} />}
      </Loaded>
      {isTourDue(search) && (
        <Suspense>
          <Tour />
        </Suspense>
      )}
    </>
  );
}

function Cards({ glance, onRetry }: { readonly glance: Glance; readonly onRetry: () => void }) {
  const { fhir } = usePortal();
  const part = <T,>(data: T | undefined, show: (data: T) => ReactNode): ReactNode =>
    data === undefined ? <PartFailed onRetry={onRetry} /> : show(data);
  const fresh = newOrders(glance, isNew);
  const results = fhir.offers('Observation') && (
    <div className={styles.wide} key="results">
      <Card title={t('Latest results')} action={<Link to="/results">{t('All results')}</Link>}>
        {part(glance.results, (list) => (
          <LatestResults results={list} fresh={fresh} goals={glance.goals} />
        ))}
      </Card>
    </div>
  );
  // What somebody has waited for stands before what is planned.
  const areNew = fresh.length > 0;
  return (
    <div className={styles.grid}>
      <Lead glance={glance} fresh={fresh} />
      {areNew && results}
      {fhir.offers('Appointment') && (
        <Card key="visit" title={t('Next visit')} action={<Link to="/appointments">{t('All visits')}</Link>}>
          {part(glance.appointments, (list) => (
            <NextVisit appointments={list} included={glance.included} />
          ))}
        </Card>
      )}
      {(fhir.offers('Task') || glance.wantsContact) && (
        <Card key="todo" title={t('To do, and under way')}>
          {part(glance.tasks, (list) => (
            <ToDo
              tasks={list}
              self={fhir.self}
              answered={glance.answered}
              wantsContact={glance.wantsContact}
            />
          ))}
        </Card>
      )}
      {fhir.offers('Communication') && (
        <div className={styles.wide} key="messages">
          <Card title={t('Messages')} action={<Link to="/messages">{t('All messages')}</Link>}>
            {part(glance.messages, (list) => (
              <LastMessages messages={list} />
            ))}
          </Card>
        </div>
      )}
      {!areNew && results}
      {isYoung(glance.patient?.birthDate) && (
        <div className={styles.wide} key="ages">
          <Suspense fallback={<Skeleton rows={1} />}>
            <Ages />
          </Suspense>
        </div>
      )}
      {fhir.offers('MedicationRequest') && (
        <div className={styles.wide} key="medicines">
          <Card title={t('Medicines')} action={<Link to="/medications">{t('All medicines')}</Link>}>
            {part(glance.medications, (list) => (
              <Medicines requests={list} dispenses={glance.dispenses} tasks={glance.tasks ?? []} />
            ))}
          </Card>
        </div>
      )}
    </div>
  );
}

function NextVisit({
  appointments,
  included,
}: {
  readonly appointments: readonly Appointment[];
  readonly included: readonly Resource[];
}) {
  const { fhir } = usePortal();
  const offers = appointments.filter((each) => isOffer(each));
  const [next, ...later] = appointments.filter((each) => !isEarlierWish(each) && !offers.includes(each));
  if (offers.length > 0)
    return (
      <p>
        <strong>{t('A time is kept for you')}</strong>{' '}
        <Link to="/appointments">{t('See it and answer')}</Link>
      </p>
    );
  if (!next)
    return (
      <>
        <EmptyState>{t('No visits are planned.')}</EmptyState>
        {fhir.offers('Appointment', '$book') && (
          <p>
            <Link to="/appointments/book">{t('Book a visit')}</Link>
          </p>
        )}
      </>
    );
  return (
    <>
      <p className={styles.big}>{formatDateTime(next.start)}</p>
      <p>
        {reason(next)}
        {withWhom(next) && ` · ${withWhom(next)}`}
      </p>
      <p className="muted">
        {[place(next), next.start && formatDistance(next.start)].filter(Boolean).join(' · ')}
      </p>
      {later.length > 0 && (
        <p className="muted">
          {plural(later.length, 'One more visit is planned.', '{count} more visits are planned.')}
        </p>
      )}
      <Suspense fallback={<Skeleton rows={1} />}>
        <VisitActions appointment={next} location={locationOf(next, included)} />
      </Suspense>
    </>
  );
}

function LastMessages({ messages: all }: { readonly messages: readonly Communication[] }) {
  const { fhir } = usePortal();
  const messages = all.filter(isMessage);
  if (messages.length === 0) return <EmptyState>{t('No messages.')}</EmptyState>;
  const fresh = messages.filter(isUnread);
  const unread = fresh.length;
  // One's own last words are no news.
  const shown = unread > 0 ? fresh.slice(0, 3) : messages.slice(0, 2);
  return (
    <ul className={styles.messages}>
      {unread > 0 && (
        <li>
          <Pill kind="info">{plural(unread, '1 new message', '{count} new messages')}</Pill>
        </li>
      )}
      <Each of={shown}>
        {(message) => (
          <li key={message.id}>
            <p>
              <strong>{senderName(message, fhir.self)}</strong>{' '}
              <span className="muted">{formatDistance(message.sent ?? '')}</span>
            </p>
            <p className={styles.excerpt}>{textOf(message)}</p>
          </li>
        )}
      </Each>
    </ul>
  );
}
