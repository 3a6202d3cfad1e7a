/** When each service is open, as patients read it; and free slots made from somebody's working hours. */
import type { HealthcareService, Schedule } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { dayLater, today } from '../../../format/clinic-clock.ts';
import { Explained } from '../../../format/explained.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { plural, type Text, t } from '../../../i18n/text.ts';
import { closedFor } from '../../../record/administration/closed-days.ts';
import {
  addMessageHours,
  type Hours,
  hoursOf,
  openSlots,
  servicesQuery,
  slotsBetween,
  slotsFor,
  WEEK,
  type Weekday,
  withHours,
} from '../../../record/administration/hours.ts';
import { isVisited, openOf } from '../../../record/clinic/contact.ts';
import { messageHoursQuery } from '../../../record/clinic/message-hours.ts';
import { scheduleNames, schedulesQuery } from '../../../record/schedule/queries.ts';
import { isAdministrator, ownRolesQuery } from '../../../record/staff/queries.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction, useSend } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { CheckList, Select, SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import styles from './administration.module.css';
import { ClosedDaysCard } from './ClosedDaysCard.tsx';

const DAYS: Readonly<Record<Weekday, Text>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

export function HoursPart() {
  const { fhir } = useSignedIn();
  return (
    <>
      <MessageHoursCard />
      <Card title={t('Opening hours')}>
        <Loaded query={useQuery(servicesQuery(fhir))} rows={5}>
          {(services) => (
            <ul>
              <Each of={services.filter(isVisited)}>
                {(service) => <Service key={service.id} service={service} />}
              </Each>
            </ul>
          )}
        </Loaded>
      </Card>
      <ClosedDaysCard />
      <Card title={t('Open times for booking')}>
        <Loaded query={useQuery(schedulesQuery(fhir))} rows={3}>
          {(schedules) =>
            schedules.length === 0 ? (
              <EmptyState>{t('Nobody has a schedule yet.')}</EmptyState>
            ) : (
              <SlotsForm schedules={schedules} />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

/** Of the clinic at which the administrator is one. */
function MessageHoursCard() {
  const { fhir } = useSignedIn();
  const role = useQuery(ownRolesQuery(fhir)).data?.find(isAdministrator);
  const organization = role?.organization;
  const query = useQuery({
    ...messageHoursQuery(fhir, organization?.reference ?? ''),
    enabled: organization !== undefined,
  });
  if (!organization) return null;
  return (
    <Card title={t('Message hours')}>
      <p className="muted">
        {t(
          'Outside of these hours patients are told, where they write, that nobody reads messages just now.',
        )}
      </p>
      <Loaded query={query} rows={1}>
        {(service) => (
          <ul>
            {service ? (
              <Service service={service} />
            ) : (
              <Service
                service={{ resourceType: 'HealthcareService', name: 'Messages', providedBy: organization }}
              />
            )}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function hoursText(service: HealthcareService): string {
  const texts = openOf(service);
  return texts ? texts.join(', ') : t('No hours on record');
}

function Service({ service }: { readonly service: HealthcareService }) {
  const [isChanging, setChanging] = useState(false);
  const name = isVisited(service) && service.id ? service.name : t('Messages');
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <strong>{name}</strong>
        <span>{hoursText(service)}</span>
        {!isChanging && (
          <button type="button" className="button quiet" onClick={() => setChanging(true)}>
            {t('Change')}
            <span className="visually-hidden">: {name}</span>
          </button>
        )}
      </div>
      {isChanging && <ServiceForm service={service} onDone={() => setChanging(false)} />}
    </li>
  );
}

const USUAL: Hours = { days: WEEK.slice(0, 5), from: '08:00', until: '17:00' };

/** Several where a day has a break, or days have other hours. */
function ServiceForm({
  service,
  onDone,
}: {
  readonly service: HealthcareService;
  readonly onDone: () => void;
}) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const id = service.id ?? 'messages';
  const there = hoursOf(service);
  const [{ all }, change, discard, check] = useChanges(`hours ${id}`, {
    all: there.length === 0 ? [USUAL] : there,
  });
  const setAll = (hours: readonly Hours[]): void => change({ all: hours });
  const close = (): void => {
    discard();
    onDone();
  };
  const save = useSend({
    form: `hours ${id}`,
    what: all,
    send: async (identity) => {
      for (const [i, each] of all.entries()) checkHours(`${id}-${i}`, each);
      await check({ all: [`from-${id}-0`, hoursText(service)] });
      return service.id
        ? fhir.update(withHours(service, all))
        : addMessageHours(fhir, service.providedBy ?? {}, all, identity);
    },
    onSettled: () => refresh('services', 'message-hours'),
    onSuccess: close,
  });
  return (
    <SendForm label={t('Save')} state={save} onSend={() => save.mutate()} onCancel={close}>
      {all.map((hours, i) => (
        <fieldset key={i} className={styles.times}>
          <legend>{t('Hours {number}', { number: i + 1 })}</legend>
          <HoursFields id={`${id}-${i}`} hours={hours} onChange={(next) => setAll(all.with(i, next))} />
          <button type="button" className="button quiet" onClick={() => setAll(all.toSpliced(i, 1))}>
            {t('Take out')}
            <span className="visually-hidden">: {t('Hours {number}', { number: i + 1 })}</span>
          </button>
        </fieldset>
      ))}
      <p>
        <button type="button" className="button quiet" onClick={() => setAll([...all, USUAL])}>
          {t('Add hours')}
        </button>
      </p>
    </SendForm>
  );
}

/** Hours on no day, or that end before they begin, would be read as none, or as others. */
function checkHours(id: string, { days, from, until }: Hours): void {
  requireRight(`from-${id}`, days.length === 0 && 'Please choose the days.');
  requireRight(`until-${id}`, until <= from && 'This must be later than the beginning.');
}

function HoursFields({
  id,
  hours,
  onChange,
}: {
  readonly id: string;
  readonly hours: Hours;
  readonly onChange: (hours: Hours) => void;
}) {
  return (
    <>
      <div className={styles.inRow}>
        <CheckList
          legend={t('Days')}
          options={WEEK.map((day) => [day, t(DAYS[day])] as const)}
          chosen={hours.days}
          onChange={(days) => onChange({ ...hours, days: WEEK.filter((day) => days.includes(day)) })}
        />
      </div>
      <TextField
        id={`from-${id}`}
        type="time"
        label={t('From')}
        required
        value={hours.from}
        onChange={(from) => onChange({ ...hours, from })}
      />
      <TextField
        id={`until-${id}`}
        type="time"
        label={t('Until')}
        required
        value={hours.until}
        onChange={(until) => onChange({ ...hours, until })}
      />
    </>
  );
}

const FOUR_WEEKS = 27;
const LENGTHS = [10, 15, 20, 30, 40, 60];

function SlotsForm({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const services = useQuery(servicesQuery(fhir)).data ?? [];
  const [chosen, setWho] = useState<string>();
  const schedule = schedules.find(({ id }) => id === chosen) ?? schedules[0];
  const [first, setFirst] = useState(dayLater(today(), 1));
  const [last, setLast] = useState(dayLater(today(), FOUR_WEEKS));
  const [minutes, setMinutes] = useState('20');
  const [hours, setAll] = useState<Hours>({ days: WEEK.slice(0, 5), from: '08:40', until: '12:00' });
  const open = useAction({
    act: async () => {
      checkHours('slots', hours);
      requireRight('slots-last', last < first && 'This must not be before the first day.');
      if (!schedule) return 0;
      const opening = { ...hours, schedule, first, last, minutes: Number(minutes) };
      const there = await slotsBetween(fhir, opening, schedules);
      const slots = madeFrom(opening, there, closedFor(services, schedule));
      await openSlots(fhir, schedule, slots);
      return slots.length;
    },
    onSettled: () => refresh('schedule'),
  });
  return (
    <SendForm label={t('Open these times')} state={open} onSend={() => open.mutate()}>
      <Select
        id="slots-who"
        label={t('Whose')}
        value={schedule?.id ?? ''}
        onChange={setWho}
        options={scheduleNames(schedules)}
      />
      <TextField
        id="slots-first"
        type="date"
        label={t('First day')}
        required
        value={first}
        onChange={setFirst}
      />
      <TextField id="slots-last" type="date" label={t('Last day')} required value={last} onChange={setLast} />
      <HoursFields id="slots" hours={hours} onChange={setAll} />
      <Select
        id="slots-minutes"
        label={t('How long')}
        value={minutes}
        onChange={setMinutes}
        options={LENGTHS.map((each) => [String(each), t('{count} minutes', { count: each })] as const)}
      />
      {open.isLatest && open.data !== undefined && (
        <p role="status">
          {plural(
            open.data,
            '1 time was opened. What stood there before stays.',
            '{count} times were opened. What stood there before stays.',
          )}
        </p>
      )}
    </SendForm>
  );
}

function madeFrom(...asked: Parameters<typeof slotsFor>): ReturnType<typeof slotsFor> {
  try {
    return slotsFor(...asked);
  } catch {
    throw new Explained(t('Please choose fewer days, or longer times.'));
  }
}
