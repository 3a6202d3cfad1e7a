/** Goals and the plan of care. */
import type {
  CarePlan,
  CarePlanActivity,
  CareTeam,
  Condition,
  Goal,
  Patient,
  Practitioner,
  Resource,
} from '@medplum/fhirtypes';
import { diagnoses } from '../codes/diagnoses.ts';
import { hl7, idOf, loinc, narrative, quantity, reference, US_CORE, usCore } from './coding.ts';
import { conditionId } from './conditions.ts';
import { careTeamId, patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { CareGoal, PatientStory, PlanActivity } from './story.ts';

export function goalsAndPlan(story: PatientStory): Resource[] {
  return [...(story.goals ?? []).map((goal) => careGoal(story, goal)), ...carePlan(story)];
}

function careGoal(story: PatientStory, goal: CareGoal): Goal {
  const { measure } = goal;
  return {
    resourceType: 'Goal',
    id: idOf('goal', story.key, goal.slug),
    meta: usCore('goal'),
    lifecycleStatus: goal.achievement === 'achieved' ? 'completed' : 'active',
    achievementStatus: hl7('goal-achievement', achievements[goal.achievement]),
    description: { text: goal.text },
    subject: reference<Patient>('Patient', story.id),
    startDate: goal.start,
    ...((measure !== undefined || goal.due !== undefined) && {
      target: [
        {
          ...(measure && {
            measure: loinc(measure.code),
            detailRange: {
              ...(measure.low !== undefined && { low: quantity(measure.low, measure.unit) }),
              ...(measure.high !== undefined && { high: quantity(measure.high, measure.unit) }),
            },
          }),
          ...(goal.due !== undefined && { dueDate: goal.due }),
        },
      ],
    }),
    expressedBy: reference('Practitioner', story.careTeam[0], displayName(story.careTeam[0])),
    addresses: goal.addresses.map((key) =>
      reference<Condition>('Condition', conditionId(story, key), diagnoses[key].text),
    ),
  };
}

const achievements = {
  'in-progress': ['in-progress', 'In Progress'],
  improving: ['improving', 'Improving'],
  achieved: ['achieved', 'Achieved'],
} as const;

function carePlan(story: PatientStory): CarePlan[] {
  if (story.plan === undefined) return [];
  const { title, paragraphs, since, activities = [] } = story.plan;
  return [
    {
      resourceType: 'CarePlan',
      id: idOf('plan', story.key),
      meta: usCore('careplan'),
      text: narrative(...paragraphs),
      status: 'active',
      intent: 'plan',
      category: [
        {
          coding: [
            {
              system: `${US_CORE}/CodeSystem/careplan-category`,
              code: 'assess-plan',
              display: 'Assessment and Plan of Treatment',
            },
          ],
        },
      ],
      title,
      description: paragraphs.join(' '),
      subject: patientReference(story),
      period: { start: since },
      careTeam: [reference<CareTeam>('CareTeam', careTeamId(story))],
      addresses: story.problems
        .filter(({ abated }) => abated === undefined)
        .map(({ diagnosis }) =>
          reference<Condition>('Condition', conditionId(story, diagnosis), diagnoses[diagnosis].text),
        ),
      goal: (story.goals ?? []).map(({ slug, text }) =>
        reference<Goal>('Goal', idOf('goal', story.key, slug), text),
      ),
      ...(activities.length > 0 && { activity: activities.map((each) => planActivity(story, each)) }),
    },
  ];
}

function planActivity(
  story: PatientStory,
  { slug, text, every, isToAvoid, by, goal }: PlanActivity,
): CarePlanActivity {
  return {
    id: slug,
    detail: {
      status: 'in-progress',
      description: text,
      doNotPerform: isToAvoid === true,
      ...(every && {
        scheduledTiming: {
          repeat: { frequency: every.frequency, period: every.period, periodUnit: every.unit },
        },
      }),
      ...(goal !== undefined && { goal: [reference<Goal>('Goal', idOf('goal', story.key, goal))] }),
      performer: [
        by === undefined
          ? patientReference(story)
          : reference<Practitioner>('Practitioner', by, displayName(by)),
      ],
    },
  };
}
