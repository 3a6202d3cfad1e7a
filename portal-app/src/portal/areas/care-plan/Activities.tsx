/** What there is to do of a plan: ticked off by day, or once for all; each tick can be undone. */
import type { CarePlan, Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { deviceDay } from '../../../format/device-day.ts';
import { failureWords } from '../../../format/explained.ts';
import { t } from '../../../i18n/text.ts';
import type { Activity } from '../../../record/care-plan/activities.ts';
import {
  dayOfTick,
  lastDays,
  SHOWN_DAYS,
  tick,
  ticksOf,
  ticksQuery,
  undo,
} from '../../../record/care-plan/ticks.ts';
import { mayTakeBack } from '../../../record/readings/changes.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useToggle } from '../../../smart/use-toggle.ts';
import { Button } from '../../../ui/Button.tsx';
import { Each } from '../../../ui/Each.tsx';
import { PartFailed, Pill, Skeleton } from '../../../ui/parts.tsx';
import care from '../../../views/care-plan.module.css';
import { DayMarks } from '../../../views/DayMarks.tsx';

export function Activities({
  plan,
  activities,
}: {
  readonly plan: CarePlan;
  readonly activities: readonly Activity[];
}) {
  const { fhir } = usePortal();
  const ticks = useQuery(ticksQuery(fhir, [plan]));
  return (
    <>
      {ticks.isLoading && <Skeleton />}
      {ticks.error && <PartFailed onRetry={() => void ticks.refetch()} />}
      <ul className={care.list}>
        <Each of={activities}>
          {(each) => (
            <One
              plan={plan}
              activity={each}
              ticks={ticks.data && ticksOf(ticks.data.resources, plan, each)}
            />
          )}
        </Each>
      </ul>
    </>
  );
}

interface Ticked {
  readonly plan: CarePlan;
  readonly activity: Activity;
  readonly ticks: readonly Observation[];
}

function One({
  plan,
  activity,
  ticks,
}: Omit<Ticked, 'ticks'> & { readonly ticks: readonly Observation[] | undefined }) {
  const { fhir } = usePortal();
  const { name, about, schedule, state, by, isToAvoid, to } = activity;
  const canTick =
    ticks !== undefined &&
    (activity.task ? fhir.offers('Task', 'update') : fhir.offers('Observation', 'create'));
  return (
    <li className={care.activity}>
      <div className={care.line}>
        <strong>{to ? <Link to={to}>{name}</Link> : name}</strong>
        {isToAvoid && <Pill kind="warn">{t('Not to be done')}</Pill>}
        {state && <Pill kind="plain">{state}</Pill>}
      </div>
      {about.map((each) => (
        <p key={each}>{each}</p>
      ))}
      {(schedule ?? by) && (
        <p className="muted">{[schedule, by && t('By {name}', { name: by })].filter(Boolean).join(' · ')}</p>
      )}
      {canTick && activity.tick === 'days' && <Days plan={plan} activity={activity} ticks={ticks} />}
      {canTick && activity.tick === 'once' && <Once plan={plan} activity={activity} ticks={ticks} />}
    </li>
  );
}

function Days(ticked: Ticked) {
  const { activity, ticks } = ticked;
  const days = lastDays(deviceDay());
  const done = days.filter((day) => ticks.some((each) => dayOfTick(each) === day));
  return (
    <>
      <fieldset className={care.days}>
        <legend className="visually-hidden">{activity.name}</legend>
        {days.map((day) => (
          <Day key={day} {...ticked} day={day} ticks={ticks.filter((each) => dayOfTick(each) === day)} />
        ))}
      </fieldset>
      <p className="muted" role="status">
        {t('Done on {count} of the last {days} days', { count: done.length, days: SHOWN_DAYS })}
      </p>
    </>
  );
}

function useTick({ plan, activity, ticks }: Ticked, day: string) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const isDone = ticks.length > 0;
  const change = useToggle({
    isOn: isDone,
    turn: (on) => (on ? tick(fhir, plan, activity, day) : undo(fhir, ticks)),
    onSettled: () => refresh('plan-ticks', ...(activity.task ? ['care-plans', 'glance'] : [])),
  });
  // What the clinic, or a proxy, ticked off is theirs to undo.
  const isLocked = isDone && !ticks.every((each) => mayTakeBack(fhir, each));
  return { change, isDone, isLocked };
}

function Day({ day, ...ticked }: Ticked & { readonly day: string }) {
  const { change, isDone, isLocked } = useTick(ticked, day);
  return (
    <Button
      className={`${care.day} ${isDone ? care.done : ''}`}
      aria-pressed={isDone}
      isOff={change.isPending || isLocked}
      onClick={change.mutate}
    >
      <DayMarks day={day} isDone={isDone} />
      {change.error && <span role="alert">{failureWords(change.error)}</span>}
    </Button>
  );
}

function Once(ticked: Ticked) {
  const { activity, ticks } = ticked;
  const { change, isDone, isLocked } = useTick(ticked, deviceDay());
  const [last] = ticks;
  return (
    <>
      {last && (
        <p>
          <Pill kind="ok">{t('Done on {date}', { date: formatDate(dayOfTick(last)) })}</Pill>
        </p>
      )}
      {!isLocked && (
        <p>
          <Button
            className={`button ${isDone ? 'quiet' : 'secondary'}`}
            isOff={change.isPending}
            onClick={change.mutate}
          >
            {t(isDone ? 'Undo' : 'Mark as done')}
            <span className="visually-hidden">: {activity.name}</span>
          </Button>
        </p>
      )}
      {change.error && <p role="alert">{failureWords(change.error)}</p>}
    </>
  );
}
