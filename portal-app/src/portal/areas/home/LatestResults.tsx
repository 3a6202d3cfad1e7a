/** Results: what is new and what is outside its range first. */
import type { DiagnosticReport, Goal, Observation } from '@medplum/fhirtypes';
import { Suspense } from 'react';
import { Link } from 'react-router';
import { isNew } from '../../../device/seen.ts';
import { formatDate, newestFirst, timeOf } from '../../../format/date.ts';
import { isOutside, laboratoryFlag } from '../../../format/flag.ts';
import { dateOf, isPanel } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { testName } from '../../../format/words.ts';
import { loadPageTexts } from '../../../i18n/language.ts';
import { t } from '../../../i18n/text.ts';
import { isMetGoal } from '../../../record/results/goal.ts';
import { type Group, reportDate } from '../../../record/results/order.ts';
import { Each } from '../../../ui/Each.tsx';
import { later } from '../../../ui/later.tsx';
import { EmptyState, FlagPill, Pill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { GoalPill } from '../../../views/GoalPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import styles from './home.module.css';

const ResultFlag = later(async () => {
  const [part] = await Promise.all([import('../../../views/ResultFlag.tsx'), loadPageTexts()]);
  return part.ResultFlag;
});

/** So many stand on the first page. */
const FEW = 5;

export function LatestResults({
  results,
  fresh,
  goals,
}: {
  readonly results: readonly Observation[];
  readonly fresh: readonly Group[];
  readonly goals: readonly Goal[];
}) {
  const unseen = new Map(
    fresh.flatMap(({ lines, came }) =>
      lines.filter(({ id }) => isNew(id, came)).map((each) => [each.id, each] as const),
    ),
  );
  const others = results.filter((each) => !isPanel(each) && !unseen.has(each.id));
  const shown = [...unseen.values(), ...others].toSorted(byWeight(unseen, goals)).slice(0, FEW);
  // A picture, a letter of a laboratory: without a line. What is new and outside its range comes before them.
  const bare = fresh.flatMap(({ report, lines }) => (report && lines.length === 0 ? report : []));
  const first = shown.filter((each) => unseen.has(each.id) && isOutside(laboratoryFlag(each))).length;
  const inOrder = [...shown.slice(0, first), ...bare.slice(0, FEW), ...shown.slice(first)];
  if (inOrder.length === 0)
    return <EmptyState>{t('No results yet. When one arrives it is shown here.')}</EmptyState>;
  return (
    <ul className={styles.plain}>
      <Each of={inOrder}>
        {(each) =>
          each.resourceType === 'DiagnosticReport' ? (
            <BareReport report={each} />
          ) : (
            <Result result={each} isUnseen={unseen.has(each.id)} goals={goals} />
          )
        }
      </Each>
    </ul>
  );
}

function Result({
  result,
  isUnseen,
  goals,
}: {
  readonly result: Observation;
  readonly isUnseen: boolean;
  readonly goals: readonly Goal[];
}) {
  const flag = laboratoryFlag(result);
  return (
    <li>
      <Link className={rows.row} to={`/results/${result.id}`}>
        <span className={rows.name}>
          <strong>{testName(result.code)}</strong>
          <span className="muted">
            {formatDate(dateOf(result))} {isUnseen && <Pill>{t('New')}</Pill>}
          </span>
        </span>
        <span className={rows.value}>
          <span className="number">{valueText(result)}</span>
          {flag.kind === 'told' ? (
            <Suspense>
              <ResultFlag result={result} />
            </Suspense>
          ) : (
            <FlagPill flag={flag} />
          )}
          <GoalPill result={result} goals={goals} />
          <StatusPill status={result.status} />
        </span>
      </Link>
    </li>
  );
}

function BareReport({ report }: { readonly report: DiagnosticReport }) {
  return (
    <li>
      <Link className={rows.row} to={`/reports/${report.id}`}>
        <span className={rows.name}>
          <strong>{testName(report.code)}</strong>
          <span className="muted">
            {formatDate(reportDate(report))} <Pill>{t('New')}</Pill>
          </span>
        </span>
        <StatusPill status={report.status} />
      </Link>
    </li>
  );
}

/** What was not seen yet is before what was; what is out of range, not of years ago and not what was agreed, before what is not, and what is critical before all of it; then the newest first. */
function byWeight(
  unseen: ReadonlyMap<string | undefined, unknown>,
  goals: readonly Goal[],
): (a: Observation, b: Observation) => number {
  const matters = (each: Observation): boolean =>
    isOutside(laboratoryFlag(each)) &&
    Date.now() - timeOf(each.issued ?? dateOf(each)) < LATELY_MS &&
    !isMetGoal(each, goals);
  const weight = (each: Observation): number =>
    3 * Number(unseen.has(each.id)) +
    (matters(each) ? 1 + Number(laboratoryFlag(each).kind === 'critical') : 0);
  return (a, b) => weight(b) - weight(a) || newestFirst(dateOf(a), dateOf(b));
}

const LATELY_MS = 365 * 86_400_000;
