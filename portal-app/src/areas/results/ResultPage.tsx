/** One result: the value, where it stands, what it measures, and how it went over the years. */
import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { formatDate, formatDateTime, timeOf } from '../../format/date.ts';
import { flagOf, rangeOf, rangeWords } from '../../format/flag.ts';
import { dateOf } from '../../format/observation.ts';
import { plainWords } from '../../format/plain-words.ts';
import { conceptText, loincCode, testName, unitText, valueText } from '../../format/words.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { Card, FlagPill, Loaded, PageHead, Pill } from '../../ui/parts.tsx';
import { RangeBar } from '../../ui/RangeBar.tsx';
import { type Line, TrendChart } from '../../ui/TrendChart.tsx';
import { articleFor } from '../learn/articles.ts';
import { observationQuery, sameTestQuery } from './queries.ts';
import styles from './results.module.css';

export function ResultPage() {
  const { fhir } = usePortal();
  const { id = '' } = useParams();
  const observation = useQuery(observationQuery(fhir, id));
  const history = useQuery(sameTestQuery(fhir, observation.data));
  return (
    <>
      <p>
        <Link to="/results">‹ All results</Link>
      </p>
      <PageHead title={observation.data ? testName(observation.data.code) : 'Result'} />
      <Loaded query={observation} rows={2}>
        {(found) => (
          <>
            <Summary observation={found} />
            <Card title="Over time">
              <Loaded query={history} rows={4}>
                {(page) => <Trend observation={found} all={page.resources} />}
              </Loaded>
            </Card>
          </>
        )}
      </Loaded>
    </>
  );
}

function Summary({ observation }: { readonly observation: Observation }) {
  const flag = flagOf(observation);
  const range = rangeOf(observation);
  const words = plainWords(loincCode(observation.code));
  const article = articleFor(observation.code);
  const value = observation.valueQuantity?.value;
  const usual = rangeWords(range, unitText(observation.valueQuantity));
  return (
    <Card>
      <div className={styles.summary}>
        <div className={styles.valueLine}>
          <span className={`${styles.big} number`}>{valueText(observation)}</span>
          <FlagPill flag={flag} />
          {observation.status !== 'final' && <Pill kind="warn">{observation.status}</Pill>}
        </div>
        {value !== undefined && range && (range.low !== undefined || range.high !== undefined) && (
          <RangeBar value={value} range={range} />
        )}
        <p className="muted">
          {usual ? `Usual for this laboratory: ${usual}. ` : ''}
          Collected {formatDateTime(dateOf(observation))}
          {observation.performer?.[0]?.display ? ` · ${observation.performer[0].display}` : ''}
        </p>
        {words && (
          <p>
            <strong>What it measures. </strong>
            {words.what}
          </p>
        )}
        {article && (
          <p>
            <Link to={`/learn/articles/${article.id}`}>More about it: {article.title}</Link>
          </p>
        )}
        <p className="muted">On the report: {conceptText(observation.code)}</p>
        {observation.note?.map((note) => (
          <p key={note.text}>
            <strong>Comment. </strong>
            {note.text}
          </p>
        ))}
      </div>
    </Card>
  );
}

function Trend({
  observation,
  all,
}: {
  readonly observation: Observation;
  readonly all: readonly Observation[];
}) {
  const lines = linesOf(all);
  const range = rangeOf(observation);
  const unit = unitText(observation.valueQuantity ?? observation.component?.[0]?.valueQuantity);
  const band =
    range && (range.low !== undefined || range.high !== undefined) && lines.length === 1 ? range : undefined;
  return (
    <>
      {lines.some(({ points }) => points.length > 1) ? (
        <>
          <TrendChart title={testName(observation.code)} unit={unit} lines={lines} band={band} />
          <p className={styles.legend}>
            {unit && <span>Values in {unit}</span>}
            {band && (
              <span>
                <i />
                usual range {rangeWords(range, '')}
              </span>
            )}
            {lines.length > 1 && (
              <span>
                {lines.map(({ name }, i) => `${name}: ${i === 0 ? 'solid' : 'dotted'} line`).join(', ')}
              </span>
            )}
          </p>
        </>
      ) : (
        <p>This is the first time it was measured here. A chart appears with the next value.</p>
      )}
      <h3>All values</h3>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Value</th>
            <th scope="col">Range</th>
          </tr>
        </thead>
        <tbody>
          {all.map((each) => (
            <tr key={each.id}>
              <td>{formatDate(dateOf(each))}</td>
              <td className="number">{valueText(each)}</td>
              <td>
                <FlagPill flag={flagOf(each)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Oldest first; a result with components has one line for each of them. */
function linesOf(all: readonly Observation[]): Line[] {
  const byName = new Map<string, Line['points'][number][]>();
  for (const observation of all.toReversed()) {
    const date = dateOf(observation);
    const time = timeOf(date);
    if (Number.isNaN(time)) continue;
    const outside = !['in', 'none'].includes(flagOf(observation).kind);
    const values: [string, number | undefined][] = observation.component
      ? observation.component.map((part) => [testName(part.code), part.valueQuantity?.value])
      : [[testName(observation.code), observation.valueQuantity?.value]];
    for (const [name, value] of values) {
      if (value !== undefined)
        byName.set(name, [...(byName.get(name) ?? []), { time, date, value, outside }]);
    }
  }
  return [...byName].map(([name, points]) => ({ name, points }));
}
