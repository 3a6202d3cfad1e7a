/** Results: what is new and what is outside its range first. */
import type { Goal, Observation } from '@medplum/fhirtypes';
import { Link } from 'react-router';
import { isNew } from '../../../device/seen.ts';
import { formatDate, newestFirst } from '../../../format/date.ts';
import { flagOf, isOutside } from '../../../format/flag.ts';
import { dateOf, isPanel } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { testName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { cameAt } from '../../../record/inbox/news.ts';
import { isMetGoal } from '../../../record/results/goal.ts';
import { Each } from '../../../ui/Each.tsx';
import { EmptyState, FlagPill, Pill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { GoalPill } from '../../../views/GoalPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import styles from './home.module.css';

/** So many stand on the first page. */
const FEW = 5;

export const isFresh = (result: Observation): boolean => isNew(result.id, cameAt(result));

export function LatestResults({
  results,
  goals,
}: {
  readonly results: readonly Observation[];
  readonly goals: readonly Goal[];
}) {
  const shown = results
    .filter((each) => !isPanel(each))
    .toSorted(byWeight(goals))
    .slice(0, FEW);
  if (shown.length === 0)
    return <EmptyState>{t('No results yet. When one arrives it is shown here.')}</EmptyState>;
  return (
    <ul className={styles.plain}>
      <Each of={shown}>
        {(result) => (
          <li key={result.id}>
            <Link className={rows.row} to={`/results/${result.id}`}>
              <span className={rows.name}>
                <strong>{testName(result.code)}</strong>
                <span className="muted">
                  {formatDate(dateOf(result))} {isFresh(result) && <Pill>{t('New')}</Pill>}
                </span>
              </span>
              <span className={rows.value}>
                <span className="number">{valueText(result)}</span>
                <FlagPill flag={flagOf(result)} />
                <GoalPill result={result} goals={goals} />
                <StatusPill status={result.status} />
              </span>
            </Link>
          </li>
        )}
      </Each>
    </ul>
  );
}

/** What was not seen yet is before what was; what is out of range, not of years ago and not what was agreed, before what is not; then the newest first. */
function byWeight(goals: readonly Goal[]): (a: Observation, b: Observation) => number {
  const matters = (each: Observation): boolean =>
    isOutside(flagOf(each)) && Date.now() - cameAt(each) < LATELY_MS && !isMetGoal(each, goals);
  const weight = (each: Observation): number => 2 * Number(isFresh(each)) + Number(matters(each));
  return (a, b) => weight(b) - weight(a) || newestFirst(dateOf(a), dateOf(b));
}

const LATELY_MS = 365 * 86_400_000;
