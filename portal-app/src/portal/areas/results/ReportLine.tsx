/** One line of a report: its range, what was written to it, how it went before, and its value. */
import type { Goal, Observation } from '@medplum/fhirtypes';
import { Link } from 'react-router';
import { rangeOf, rangeWords } from '../../../format/flag.ts';
import { flagOf } from '../../../format/flag-of.ts';
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
  isInside,
  all,
  goals,
}: {
  readonly result: Observation;
  /** The report carries it in itself: it has no page of its own. */
  readonly isInside: boolean;
  /** Values of the same test. */
  readonly all: readonly Observation[];
  readonly goals: readonly Goal[];
}) {
  const line = (
    <>
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
    </>
  );
  return (
    <li>
      {isInside ? (
        <div className={rows.row}>{line}</div>
      ) : (
        <Link className={rows.row} to={`/results/${result.id}`}>
          {line}
        </Link>
      )}
    </li>
  );
}
