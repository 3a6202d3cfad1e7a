/** A clinician's day or week: what is booked, free and blocked; visits are moved, booked and blocked here, by mouse, finger or keys. */
import type { Appointment, Schedule } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import {
  dayOf,
  dayText,
  instantOf,
  otherZoneName,
  today,
  weekAhead,
  weekOf,
} from '../../../format/clinic-clock.ts';
import { formatDate } from '../../../format/date.ts';
import { locale } from '../../../i18n/language.ts';
import { type Text, t } from '../../../i18n/text.ts';
import type { ClosedAt } from '../../../record/clinic/closed-times.ts';
import { asItIs, bookable, type Item } from '../../../record/schedule/day.ts';
import { daysQuery, personOf, scheduleNames, schedulesQuery } from '../../../record/schedule/queries.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { type Command, useCommands } from '../../../ui/commands.ts';
import { Select, TextField } from '../../../ui/form.tsx';
import { EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { useAtOnce } from '../../../ui/use-at-once.ts';
import { BlockForm } from './BlockForm.tsx';
import { Grid } from './Grid.tsx';
import { ItemDialog } from './ItemDialog.tsx';
import { NothingThere } from './NothingThere.tsx';
import { PlaceDialog } from './PlaceDialog.tsx';
import { PlacingNotice } from './PlacingNotice.tsx';
import type { Placing } from './placing.ts';
import { Requests } from './Requests.tsx';
import styles from './schedule.module.css';

/** Wider than this a week has room. */
const WEEK_PIXELS = 900;
type View = 'day' | 'week';

/** In the address: whose, which day, and how much; so that it is there again on the way back. */
function useAsked() {
  const [parameters, setParameters] = useSearchParams();
  const [said, set] = useAtOnce<Readonly<Record<string, string>>>(Object.fromEntries(parameters), (_, next) =>
    setParameters(next, { replace: true }),
  );
  const day = instantOf(said.day ?? '');
  const view: View =
    said.view === 'day' || said.view === 'week' ? said.view : innerWidth < WEEK_PIXELS ? 'day' : 'week';
  return {
    who: said.who,
    patient: said.patient,
    day: Number.isNaN(day) ? (view === 'week' ? weekAhead(Date.now()) : dayOf(Date.now())) : dayOf(day),
    view,
    set,
  };
}

export function SchedulePage() {
  const { fhir } = useSignedIn();
  const query = useQuery(schedulesQuery(fhir));
  return (
    <>
      <PageHead title={t('Schedule')} />
      <Loaded query={query} rows={8}>
        {(schedules) =>
          schedules.length === 0 ? (
            <EmptyState>{t('Nobody has a schedule yet.')}</EmptyState>
          ) : (
            <Schedules schedules={schedules} />
          )
        }
      </Loaded>
    </>
  );
}

function Schedules({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const { fhir } = useSignedIn();
  const asked = useAsked();
  // A visit that was picked up can be put down on another schedule.
  const [moving, setMoving] = useState<Appointment>();
  const own = schedules.find((each) => personOf(each)?.reference === fhir.self);
  const schedule = schedules.find(({ id }) => id === asked.who) ?? own ?? (schedules[0] as Schedule);
  const from = asked.view === 'day' ? asked.day : weekOf(asked.day);
  const days = Array.from({ length: asked.view === 'day' ? 1 : 7 }, (_, i) => dayOf(from, i));
  const step = asked.view === 'day' ? 1 : 7;
  const go = (later: number): void => asked.set({ day: dayText(dayOf(asked.day, later)) });
  useScheduleCommands(go, asked.set, step);
  const zone = otherZoneName(locale(), from);
  return (
    <>
      <div className={styles.tools}>
        <Select
          id="schedule-who"
          label={t('Whose')}
          value={schedule.id ?? ''}
          onChange={(who) => asked.set({ who })}
          options={scheduleNames(schedules)}
        />
        <TextField
          id="schedule-day"
          type="date"
          label={t('Day')}
          value={dayText(asked.day)}
          onChange={(day) => day !== '' && asked.set({ day })}
        />
        <div className={styles.buttons}>
          <Step label={t(step === 1 ? 'Day before' : 'Week before')} sign="‹" onPress={() => go(-step)} />
          <button type="button" className="button secondary" onClick={() => asked.set({ day: today() })}>
            {t('Today')}
          </button>
          <Step label={t(step === 1 ? 'Next day' : 'Next week')} sign="›" onPress={() => go(step)} />
        </div>
        <Views view={asked.view} onView={(view) => asked.set({ view })} />
      </div>
      {zone && <p className="muted">{t('Times are the clinic’s ({zone}).', { zone })}</p>}
      <Days
        key={schedule.id}
        schedule={schedule}
        days={days}
        patient={asked.patient}
        moving={moving}
        setMoving={setMoving}
        onDay={(day) => asked.set({ day: dayText(day) })}
        onPatientDone={() => asked.set({ patient: '' })}
      />
    </>
  );
}

function Step({
  label,
  sign,
  onPress,
}: {
  readonly label: string;
  readonly sign: string;
  readonly onPress: () => void;
}) {
  return (
    <button type="button" className="button secondary" aria-label={label} title={label} onClick={onPress}>
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

const VIEWS: readonly (readonly [View, Text])[] = [
  ['day', 'One day'],
  ['week', 'One week'],
];

function Views({ view, onView }: { readonly view: View; readonly onView: (view: View) => void }) {
  return (
    <fieldset className={styles.views}>
      <legend className="visually-hidden">{t('How much to show')}</legend>
      {VIEWS.map(([each, label]) => (
        <button
          key={each}
          type="button"
          className={each === view ? 'button' : 'button secondary'}
          aria-pressed={each === view}
          onClick={() => onView(each)}
        >
          {t(label)}
        </button>
      ))}
    </fieldset>
  );
}

function Days({
  schedule,
  days,
  patient,
  moving,
  setMoving,
  onDay,
  onPatientDone,
}: {
  readonly schedule: Schedule;
  readonly days: readonly number[];
  readonly patient: string | undefined;
  readonly moving: Appointment | undefined;
  readonly setMoving: (visit: Appointment | undefined) => void;
  readonly onDay: (day: number) => void;
  readonly onPatientDone: () => void;
}) {
  const { fhir } = useSignedIn();
  const [first = 0] = days;
  const until = dayOf(days.at(-1) as number, 1);
  const query = useQuery(
    daysQuery(fhir, schedule, {
      from: new Date(first).toISOString(),
      until: new Date(until).toISOString(),
      moved: moving?.status === 'booked' ? moving.id : undefined,
    }),
  );
  const [chosen, setChosen] = useState<Item>();
  const [target, setTarget] = useState<Item>();
  const [isBlocking, setBlocking] = useState(false);
  useLive(['Appointment', 'Slot'], ['schedule']);
  const placing: Placing | undefined = moving
    ? { kind: 'visit', visit: moving }
    : patient
      ? { kind: 'patient', patient }
      : undefined;
  const done = (): void => {
    setMoving(undefined);
    setChosen(undefined);
    setTarget(undefined);
    if (patient) onPatientDone();
  };
  return (
    <>
      {placing && <PlacingNotice placing={placing} onCancel={done} />}
      <Loaded query={query} rows={10}>
        {({ slots, visits, isPartial, closedAt, toBeHad }) => (
          <>
            {isPartial && <p className="muted">{t('Who is booked is not shown to your role.')}</p>}
            <Closed days={days} closedAt={closedAt} />
            {slots.length === 0 && visits.length === 0 ? (
              <NothingThere schedule={schedule} days={days} until={until} onDay={onDay} />
            ) : (
              <Grid
                days={days}
                slots={slots}
                visits={visits}
                toBeHad={toBeHad}
                placing={placing}
                onChoose={setChosen}
                onMove={setMoving}
                onDrop={setTarget}
              />
            )}
            {!placing && (
              <p>
                <button type="button" className="button secondary" onClick={() => setBlocking(true)}>
                  {t('Block time')}
                </button>
              </p>
            )}
            {isBlocking && <BlockForm schedule={schedule} day={first} onClose={() => setBlocking(false)} />}
            {chosen && (
              <ItemDialog
                item={asItIs(chosen, visits)}
                schedule={schedule}
                slots={bookable(slots, toBeHad)}
                onMove={(visit) => {
                  setChosen(undefined);
                  setMoving(visit);
                }}
                onClose={() => setChosen(undefined)}
              />
            )}
            {target && target.kind !== 'visit' && placing && (
              <PlaceDialog
                placing={placing}
                schedule={schedule}
                first={target.slot}
                slots={bookable(slots, toBeHad)}
                onDone={done}
                onClose={() => setTarget(undefined)}
              />
            )}
          </>
        )}
      </Loaded>
      <Requests onPlace={setMoving} />
    </>
  );
}

/** So that a day without a free time is no riddle. */
function Closed({ days, closedAt }: { readonly days: readonly number[]; readonly closedAt: ClosedAt }) {
  return days.map((day) => {
    const date = dayText(day);
    const why = closedAt(instantOf(date, '12:00'));
    return (
      why !== undefined && (
        <p key={day} className={styles.closed}>
          {t('Closed {when}: {why}', { when: formatDate(date), why })}
        </p>
      )
    );
  });
}

function useScheduleCommands(
  go: (later: number) => void,
  set: (change: Readonly<Record<string, string>>) => void,
  step: number,
): void {
  const commands: readonly Command[] = [
    { id: 'today', label: t('Show today'), run: () => set({ day: today() }) },
    { id: 'later', label: t(step === 1 ? 'Next day' : 'Next week'), run: () => go(step) },
    { id: 'earlier', label: t(step === 1 ? 'Day before' : 'Week before'), run: () => go(-step) },
    { id: 'one day', label: t('One day'), run: () => set({ view: 'day' }) },
    { id: 'one week', label: t('One week'), run: () => set({ view: 'week' }) },
  ];
  useCommands(commands);
}
