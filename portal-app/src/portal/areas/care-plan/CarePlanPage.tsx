/** The plan of care: what it is for, its goals and where they stand, what there is to do, and who is in it. */
import type { CarePlan, CareTeam, Goal } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { careRole } from '../../../format/care-role.ts';
import { referenceName } from '../../../format/named.ts';
import { t } from '../../../i18n/text.ts';
import { activitiesOf } from '../../../record/care-plan/activities.ts';
import { goalView, isAimedAt } from '../../../record/care-plan/goals.ts';
import { isOver, planView } from '../../../record/care-plan/plan.ts';
import { type Care, careQuery } from '../../../record/care-plan/queries.ts';
import { membersOf } from '../../../record/entries/kinds.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import records from '../../../ui/entries.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import care from '../../../views/care-plan.module.css';
import { GoalLine } from '../../../views/GoalCard.tsx';
import { Activities } from './Activities.tsx';

export function CarePlanPage() {
  const { fhir } = usePortal();
  const query = useQuery(careQuery(fhir));
  return (
    <>
      <PageHead title={t('Care plan')} />
      <Loaded query={query} rows={8}>
        {(found) => <Found care={found} />}
      </Loaded>
    </>
  );
}

function Found({ care: { plans, included, goals, teams, values } }: { readonly care: Care }) {
  const current = plans.filter((each) => !isOver(each));
  const over = plans.filter(isOver);
  const named = new Set(current.flatMap(({ goal = [] }) => goal.map(({ reference }) => reference)));
  const aims = goals.filter(isAimedAt);
  // Of no plan, or of one that is over: a goal is aimed at all the same.
  const others = aims.filter(({ id }) => !named.has(`Goal/${id}`));
  const ofPlan = (plan: CarePlan): readonly Goal[] =>
    aims.filter(({ id }) => plan.goal?.some(({ reference }) => reference === `Goal/${id}`));
  return (
    <>
      {current.length === 0 && others.length === 0 && (
        <EmptyState>
          {t('No plan is on record. Your care team makes one with you when there is a need.')}
        </EmptyState>
      )}
      {current.map((plan) => (
        <Plan key={plan.id} plan={plan} included={included} goals={ofPlan(plan)} values={values} />
      ))}
      {others.length > 0 && (
        <Card title={t(current.length > 0 ? 'Other goals' : 'Goals')}>
          <Goals goals={others} values={values} />
        </Card>
      )}
      {teams.length > 0 && <Teams teams={teams} />}
      {over.length > 0 && (
        <Card title={t('Earlier plans')}>
          <ul className={records.list}>
            <Each of={over}>{(plan) => <Earlier plan={plan} />}</Each>
          </ul>
        </Card>
      )}
    </>
  );
}

function Plan({
  plan,
  included,
  goals,
  values,
}: {
  readonly plan: CarePlan;
  readonly goals: readonly Goal[];
} & Pick<Care, 'included' | 'values'>) {
  const { title, period, kinds, state, paragraphs, addresses } = planView(plan);
  const { fhir } = usePortal();
  const activities = activitiesOf(plan, included, fhir.self);
  return (
    <section aria-label={title} className={care.plan}>
      <h2>{title}</h2>
      <p className="muted">
        {[period, ...kinds].filter(Boolean).join(' · ')} {state && <Pill kind="plain">{state}</Pill>}
      </p>
      {addresses && <p>{t('For: {problems}', { problems: addresses })}</p>}
      {paragraphs.map((each) => (
        <p key={each}>{each}</p>
      ))}
      {activities.length > 0 && (
        <Card title={t('What to do')}>
          <Activities plan={plan} activities={activities} />
        </Card>
      )}
      {goals.length > 0 && (
        <Card title={t('Goals')}>
          <Goals goals={goals} values={values} />
        </Card>
      )}
    </section>
  );
}

function Goals({ goals, values }: { readonly goals: readonly Goal[]; readonly values: Care['values'] }) {
  return (
    <ul className={care.list}>
      <Each of={goals}>{(goal) => <GoalLine goal={goalView(goal, values)} />}</Each>
    </ul>
  );
}

function Earlier({ plan }: { readonly plan: CarePlan }) {
  const { title, period, state } = planView(plan);
  return (
    <li>
      <strong>{title}</strong>
      <span className="muted">{[period, state].filter(Boolean).join(' · ')}</span>
    </li>
  );
}

/** Whoever it cares for may be named in a team too: they need not be told. */
function Teams({ teams }: { readonly teams: readonly CareTeam[] }) {
  const { fhir } = usePortal();
  const members = teams.flatMap((team) =>
    membersOf(team).flatMap(({ member, role }) => {
      const name = referenceName(member, team);
      return name ? { id: member?.reference, name, role } : [];
    }),
  );
  return (
    <Card title={t('Care team')}>
      <ul className={records.list}>
        <Each of={members}>
          {({ name, role = [] }) => (
            <li>
              <strong>{name}</strong>
              <span className="muted">{role.map(careRole).join(', ')}</span>
            </li>
          )}
        </Each>
      </ul>
      {fhir.offers('Communication', 'create') && (
        <p>
          <Link to="/messages/new">{t('Write a message')}</Link>
        </p>
      )}
    </Card>
  );
}
