/** One line of a report: its range, what was written to it, how it went before, and its value. */
import type { Goal, Observation } from '@medplum/fhirtypes';
import { Link } from 'react-router';
import { flagOf, rangeOf, rangeWords } from '../../../format/flag.ts';
import { unitText } from '../../../format/quantity.ts';
import { valueText } from '../../../format/value.ts';
import { testName } from '../../../format/words.ts';
import { testRows } from '../../../record/results/queries.ts';
import { FlagPill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { Sparkline } from '../../../ui/Sparkline.tsx';
import { GoalPill } from '../../../views/GoalPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import { ProgressLine } from './ProgressLine.tsx';
import styles from './results.module.css';

export function ReportLine({
  result,
  all,
  goals,
}: {
  readonly result: Observation;
  /** Values of the same test. */
  readonly all: readonly Observation[];
  readonly goals: readonly Goal[];
}) {
  return (
    <li>
      <Link className={rows.row} to={`/results/${result.id}`}>
        <span className={rows.name}>
          <strong>{testName(result.code)}</strong>
          <span className="muted">{rangeWords(rangeOf(result), unitText(result.valueQuantity))}</span>
          <ProgressLine observation={result} all={all} goals={goals} />
          {result.note?.map(({ text }) => (
            <span key={text} className={styles.note}>
              {text}
            </span>
          ))}
        </span>
        <Sparkline values={testRows(all)[0]?.history ?? []} />
        <span className={rows.value}>
          <span className="number">{valueText(result)}</span>
          <FlagPill flag={flagOf(result)} />
          <GoalPill result={result} goals={goals} />
          <StatusPill status={result.status} />
        </span>
      </Link>
    </li>
  );
}
