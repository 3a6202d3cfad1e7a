/** The plan of care as the patient sees it, with what they ticked off, and what was measured at home: by whom, apart from the clinic's own. */
import type { CarePlan, Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate, formatDateTime } from '../../../format/date.ts';
import { deviceDay } from '../../../format/device-day.ts';
import { dateOf } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { type Activity, activitiesOf } from '../../../record/care-plan/activities.ts';
import { goalView, isAimedAt } from '../../../record/care-plan/goals.ts';
import { isOver, planView } from '../../../record/care-plan/plan.ts';
import { type Care, careQuery } from '../../../record/care-plan/queries.ts';
import { dayOfTick, lastDays, SHOWN_DAYS, ticksOf, ticksQuery } from '../../../record/care-plan/ticks.ts';
import { KINDS } from '../../../record/readings/kinds.ts';
import { homeReadingsQuery } from '../../../record/readings/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/entries.module.css';
import { Card, EmptyState, Loaded, PartFailed, Pill } from '../../../ui/parts.tsx';
import { ScrollTable } from '../../../ui/ScrollTable.tsx';
import care from '../../../views/care-plan.module.css';
import { GoalLine } from '../../../views/GoalCard.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';

export function CarePart() {
  const { fhir } = usePortal();
  const query = useQuery(careQuery(fhir));
  return (
    <>
      <Loaded query={query} rows={6}>
        {(found) => <Plans care={found} />}
      </Loaded>
      <Home />
    </>
  );
}

function Plans({ care: { plans, included, goals, values } }: { readonly care: Care }) {
  const current = plans.filter((each) => !isOver(each));
  const aims = goals.filter(isAimedAt);
  return (
    <>
      {current.length === 0 && (
        <Card title={t('Care plan')}>
          <EmptyState>{t('None on record.')}</EmptyState>
        </Card>
      )}
      {current.map((plan) => (
        <Plan key={plan.id} plan={plan} activities={activitiesOf(plan, included)} />
      ))}
      {aims.length > 0 && (
        <Card title={t('Goals')}>
          <ul className={care.list}>
            <Each of={aims}>
              {(goal) => (
                <GoalLine goal={goalView(goal, values)}>
                  <KeptPill of={goal} />
                </GoalLine>
              )}
            </Each>
          </ul>
        </Card>
      )}
    </>
  );
}

function Plan({ plan, activities }: { readonly plan: CarePlan; readonly activities: readonly Activity[] }) {
  const { fhir } = usePortal();
  const ticks = useQuery(ticksQuery(fhir, [plan]));
  const { title, period } = planView(plan);
  return (
    <Card title={title}>
      <p className="muted">
        {period} <KeptPill of={plan} />
      </p>
      {ticks.error && <PartFailed onRetry={() => void ticks.refetch()} />}
      {activities.length === 0 && <EmptyState>{t('No activities.')}</EmptyState>}
      <ul className={styles.list}>
        <Each of={activities}>
          {(each) => (
            <li>
              <strong>{each.name}</strong>
              <span className="muted">{each.schedule}</span>
              {each.isToAvoid && <Pill kind="warn">{t('Not to be done')}</Pill>}
              {each.state && <Pill kind="plain">{each.state}</Pill>}
              {each.tick && ticks.data && (
                <Ticked activity={each} ticks={ticksOf(ticks.data.resources, plan, each)} />
              )}
            </li>
          )}
        </Each>
      </ul>
    </Card>
  );
}

/** By whom, too: a mother ticks off for her child. */
function Ticked({
  activity,
  ticks,
}: {
  readonly activity: Activity;
  readonly ticks: readonly Observation[];
}) {
  const [last] = ticks;
  if (!last) return <span>{t('Not ticked off yet')}</span>;
  const days = lastDays(deviceDay());
  const done = days.filter((day) => ticks.some((each) => dayOfTick(each) === day));
  return (
    <span>
      {activity.tick === 'days' &&
        `${t('Done on {count} of the last {days} days', { count: done.length, days: SHOWN_DAYS })} · `}
      {t('ticked off for {date} by {name}', {
        date: formatDate(dayOfTick(last)),
        name: last.performer?.[0]?.display ?? t('the patient'),
      })}
    </span>
  );
}

function Home() {
  const { fhir } = usePortal();
  const query = useQuery(homeReadingsQuery(fhir));
  return (
    <Card title={t('Measured at home')}>
      <Loaded query={query} rows={4}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState>{t('None on record.')}</EmptyState>
          ) : (
            <ScrollTable
              label={t('Measured at home')}
              heads={[t('What'), t('Value'), t('Date'), t('By'), t('With')]}
            >
              {all.map(({ kind, observation }) => (
                <tr key={observation.id}>
                  <th scope="row">
                    <Link to={`/patients/${fhir.patient}/results/${observation.id}`}>
                      {t(KINDS[kind].title)}
                    </Link>
                  </th>
                  <td>
                    <span className="number">{valueText(observation)}</span> <KeptPill of={observation} />
                  </td>
                  <td>{formatDateTime(dateOf(observation))}</td>
                  <td>{observation.performer?.[0]?.display ?? t('the patient')}</td>
                  <td>{observation.device?.display ?? ''}</td>
                </tr>
              ))}
            </ScrollTable>
          )
        }
      </Loaded>
    </Card>
  );
}
