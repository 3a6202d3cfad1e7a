/** Days on which the clinic is closed: patients read them, nothing free is left on them, and nothing is opened on them. */
import type { HealthcareService } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dayLater, today } from '../../../format/clinic-clock.ts';
import { formatDate } from '../../../format/date.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { plural, t } from '../../../i18n/text.ts';
import {
  type ClosedDays,
  closeDays,
  closedDaysOf,
  isClosed,
  openDays,
  servicesOfClinic,
} from '../../../record/administration/closed-days.ts';
import { servicesQuery } from '../../../record/administration/hours.ts';
import { isAdministrator, ownRolesQuery } from '../../../record/staff/queries.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { ActionButton, SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import styles from './administration.module.css';

export function ClosedDaysCard() {
  const { fhir } = useSignedIn();
  const role = useQuery(ownRolesQuery(fhir)).data?.find(isAdministrator);
  return (
    <Card title={t('Closed days')}>
      <p className="muted">
        {t(
          'Patients read them beside the hours. What is free on these days is blocked; visits that are booked stay.',
        )}
      </p>
      <Loaded query={useQuery(servicesQuery(fhir))} rows={2}>
        {(all) => <Days services={servicesOfClinic(all, role?.organization?.reference)} />}
      </Loaded>
    </Card>
  );
}

function Days({ services }: { readonly services: readonly HealthcareService[] }) {
  const all = closedDaysOf(services);
  if (services.length === 0) return <EmptyState>{t('This clinic has no services on record.')}</EmptyState>;
  return (
    <>
      {all.length === 0 && <EmptyState>{t('None from today on.')}</EmptyState>}
      <ul>
        <Each of={all}>
          {(days) => <Line key={`${days.first} ${days.last} ${days.why}`} days={days} services={services} />}
        </Each>
      </ul>
      <CloseForm services={services} />
    </>
  );
}

const whenText = ({ first, last }: ClosedDays): string =>
  first === last ? formatDate(first) : `${formatDate(first)} – ${formatDate(last)}`;

function Line({
  days,
  services,
}: {
  readonly days: ClosedDays;
  readonly services: readonly HealthcareService[];
}) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const open = useAction({
    act: () => openDays(fhir, services, days),
    onSettled: () => refresh('services', 'schedule'),
  });
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <strong>{whenText(days)}</strong>
        <span>{days.why}</span>
        <ActionButton action={open}>
          {t('Open after all')}
          <span className="visually-hidden">
            : {whenText(days)}, {days.why}
          </span>
        </ActionButton>
      </div>
    </li>
  );
}

function CloseForm({ services }: { readonly services: readonly HealthcareService[] }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const [asked, setAsked] = useState<ClosedDays>({ first: '', last: '', why: '' });
  const set = (change: Partial<ClosedDays>): void => setAsked({ ...asked, ...change });
  const close = useAction({
    act: async () => {
      const days = { ...asked, last: asked.last || asked.first, why: asked.why.trim() };
      requireRight('closed-first', days.first < today() && 'This day is over.');
      requireRight('closed-last', days.last < days.first && 'This must not be before the first day.');
      requireRight('closed-last', days.last > dayLater(days.first, MOST_DAYS) && 'Please choose fewer days.');
      return { days, ...(await closeDays(fhir, services, days)) };
    },
    onSettled: () => refresh('services', 'schedule'),
    onSuccess: () => setAsked({ first: '', last: '', why: '' }),
  });
  // Not when they are open again, by whoever.
  const said = close.isLatest && isClosed(services, close.data?.days) ? close.data : undefined;
  return (
    <SendForm label={t('Close on these days')} state={close} onSend={() => close.mutate()}>
      <TextField
        id="closed-first"
        type="date"
        label={t('First day')}
        required
        value={asked.first}
        onChange={(first) => set({ first })}
      />
      <TextField
        id="closed-last"
        type="date"
        label={t('Last day (empty: one day)')}
        value={asked.last}
        onChange={(last) => set({ last })}
      />
      <TextField
        id="closed-why"
        label={t('What patients read as the reason')}
        required
        value={asked.why}
        onChange={(why) => set({ why })}
      />
      {said && (
        <p role="status">
          {[
            plural(said.blocked, '1 free time was blocked.', '{count} free times were blocked.'),
            said.booked > 0 &&
              plural(
                said.booked,
                '1 time is booked and stays: please move the visit.',
                '{count} times are booked and stay: please move the visits.',
              ),
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      )}
    </SendForm>
  );
}

const MOST_DAYS = 92;
