/** One result: the value, where it stands, what it measures, and how it went over the years. */
import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { markSeen } from '../../../device/seen.ts';
import { formatDate } from '../../../format/date.ts';
import { limitsIn, type Range, rangeOf, rangeWords } from '../../../format/flag.ts';
import { flagOf } from '../../../format/flag-of.ts';
import { dateOf } from '../../../format/observation.ts';
import { roundedText, unitText } from '../../../format/quantity.ts';
import { standingOf } from '../../../format/standing.ts';
import type { Line } from '../../../format/trend.ts';
import { valueText } from '../../../format/value.ts';
import { whatItMeasures } from '../../../format/what-it-measures.ts';
import { conceptText, loincCode, testName } from '../../../format/words.ts';
import { fill, t } from '../../../i18n/text.ts';
import { canBeInCard, offersCards } from '../../../record/health-cards/issue.ts';
import { goalOf, goalsQuery, type ResultGoal } from '../../../record/results/goal.ts';
import { chartsOf, isFirstNumber } from '../../../record/results/lines.ts';
import { observationQuery, reportOfQuery, sameTestQuery } from '../../../record/results/queries.ts';
import { commentsOf } from '../../../record/results/sections.ts';
import { takenText } from '../../../record/results/taken.ts';
import { usualOf } from '../../../record/results/usual.ts';
import { useNameOf } from '../../../record/use-named.ts';
import { isWithdrawn } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Card, FlagPill, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { RangeBar } from '../../../ui/RangeBar.tsx';
import { TrendChart } from '../../../ui/TrendChart.tsx';
import { together } from '../../../ui/together.ts';
import { CrisisAdvice } from '../../../views/CrisisAdvice.tsx';
import { Explained } from '../../../views/Explained.tsx';
import { HomePill } from '../../../views/HomePill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import { CopyLink } from './CopyLink.tsx';
import { ProgressLine } from './ProgressLine.tsx';
import styles from './results.module.css';

export function ResultPage() {
  const { fhir } = usePortal();
  const { id = '' } = useParams();
  const observation = useQuery(observationQuery(fhir, id));
  const history = useQuery(sameTestQuery(fhir, observation.data));
  const report = useQuery(reportOfQuery(fhir, id));
  const goals = useQuery(goalsQuery(fhir));
  return (
    <>
      <BackLink to="/results">{t('All results')}</BackLink>
      <PageHead title={observation.data ? testName(observation.data.code) : t('Result')} />
      <Loaded query={together(observation, history, report, goals)} rows={8}>
        {(found) => (
          <>
            <Summary observation={found} all={history.data?.resources ?? []} />
            <Card title={t('Over time')}>
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

function Summary({
  observation,
  all,
}: {
  readonly observation: Observation;
  readonly all: readonly Observation[];
}) {
  const { fhir } = usePortal();
  const canAsk = fhir.offers('Communication', 'create');
  const goals = useQuery(goalsQuery(fhir)).data?.resources ?? [];
  const goal = goalOf(observation, goals);
  const by = useNameOf(observation.performer?.[0], observation);
  useEffect(() => markSeen(observation.id ?? ''), [observation.id]);
  if (isWithdrawn(observation)) return <Withdrawn />;
  const flag = flagOf(observation);
  const range = rangeOf(observation);
  const what = whatItMeasures(loincCode(observation.code));
  const laboratory = rangeWords(range, unitText(observation.valueQuantity));
  return (
    <Card>
      <div className={styles.summary}>
        <Comments observation={observation} />
        <div className={styles.valueLine}>
          <span className={`${styles.big} number`}>{valueText(observation)}</span>
          <FlagPill flag={flag} />
          <StatusPill status={observation.status} />
          <HomePill of={observation} />
        </div>
        <CrisisAdvice of={observation} />
        {goal && (
          <p>
            {goal.isMet !== undefined && (
              <Pill kind={goal.isMet ? 'ok' : 'warn'}>
                {t(goal.isMet ? 'At your goal' : 'Not at your goal yet')}
              </Pill>
            )}{' '}
            {t('Agreed with your care team: {goal}.', { goal: goal.words })}
          </p>
        )}
        <ProgressLine observation={observation} all={all} goals={goals} />
        <Where observation={observation} />
        <p className="muted">
          {laboratory ? `${t('Usual for this laboratory: {range}.', { range: laboratory })} ` : ''}
          {t('Collected {time}', { time: takenText(observation) })}
          {by && ` · ${by}`}
        </p>
        {what && (
          <p>
            <strong>{t('What it measures.')} </strong>
            {t(what)}
          </p>
        )}
        <Usual observation={observation} all={all} />
        <p>
          <Explained concept={observation.code} name={testName(observation.code)} />
        </p>
        <p className={styles.actions}>
          {canAsk && (
            <Link to={`/messages/new?about=Observation/${observation.id}`} state={testName(observation.code)}>
              {t('Ask about this result')}
            </Link>
          )}
          {offersCards(fhir) && canBeInCard(observation) && (
            <Link to={`/health-card/results?result=${observation.id}`}>{t('Get a SMART Health Card')}</Link>
          )}
          <CopyLink />
        </p>
        {/* A number alone says nothing more. */}
        {isSaid(observation.code) && conceptText(observation.code) !== testName(observation.code) && (
          <p className="muted">{t('On the report: {name}', { name: conceptText(observation.code) })}</p>
        )}
      </div>
    </Card>
  );
}

/** What the clinician wrote to the report comes first, then what was written to this value; with the way to the report. */
function Comments({ observation }: { readonly observation: Observation }) {
  const { fhir } = usePortal();
  const report = useQuery(reportOfQuery(fhir, observation.id ?? '')).data?.resources[0];
  // Of a report with one line nothing is left to open.
  const alone = report?.result?.length === 1 ? report.id : undefined;
  useEffect(() => markSeen(alone ?? ''), [alone]);
  const notes = (observation.note ?? []).map(({ text }) => text);
  const all = new Set([...(report ? commentsOf(report, []) : []), ...notes]);
  return (
    <>
      {[...all].map((text) => (
        <p key={text} className={styles.comment}>
          <strong>{t('Comment.')} </strong>
          {text}
        </p>
      ))}
      {report && (
        <p>
          {fill('Part of {report}, {date}.', {
            report: (
              <Link key="report" to={`/reports/${report.id}`}>
                {testName(report.code)}
              </Link>
            ),
            date: formatDate(dateOf(report)),
          })}
        </p>
      )}
    </>
  );
}

/** Agreed with the care team for what this measures. */
function useGoal(observation: Observation): ResultGoal | undefined {
  const goals = useQuery(goalsQuery(usePortal().fhir)).data?.resources;
  return goals && goalOf(observation, goals);
}

/** What was entered in error says so, and nothing else: its number was never true. */
function Withdrawn() {
  return (
    <Card>
      <p>
        <Pill kind="warn">{t('Entered in error')}</Pill>
      </p>
      <p>{t('The clinic has taken this result back: it does not count.')}</p>
    </Card>
  );
}

/** On the line of its limits; one that may be anywhere above or below has no place there. */
function Where({ observation }: { readonly observation: Observation }) {
  const { valueQuantity: quantity } = observation;
  const range = rangeOf(observation);
  const limits = limitsIn(range, quantity);
  if (quantity?.value === undefined || !limits || !standingOf(quantity, limits.low, limits.high)) return null;
  const digits = [quantity, range?.low, range?.high].filter((each) => each !== undefined);
  return <RangeBar value={quantity.value} range={limits} digits={digits} />;
}

/** What is usual for this person, where there is enough to tell. */
function Usual({
  observation,
  all,
}: {
  readonly observation: Observation;
  readonly all: readonly Observation[];
}) {
  const usual = usualOf(observation, all);
  if (!usual) return null;
  const { low, high, count, compared } = usual;
  const measured = all.flatMap(({ valueQuantity }) => valueQuantity ?? []);
  const [from, to] = [low, high].map((value) => roundedText(value, measured));
  const range = `${from}–${to} ${unitText(observation.valueQuantity)}`.trim();
  return (
    <p>
      {fill(
        compared
          ? '{label} {range}, from {count} values before. This one is {compared}.'
          : '{label} {range}, from {count} values before.',
        {
          label: <strong key="label">{t('Usual for you:')}</strong>,
          range,
          count,
          compared: compared && t(compared),
        },
      )}
    </p>
  );
}

/** So many rows stand in the table at first. */
const FEW = 20;

/** Fits beside day and range at a phone without a break before its unit. */
const isShort = (value: Observation): boolean => valueText(value).length <= 12;

function Trend({
  observation,
  all,
}: {
  readonly observation: Observation;
  readonly all: readonly Observation[];
}) {
  const charts = chartsOf(all).filter(({ lines }) => lines.some(({ points }) => points.length > 1));
  const own = usualOf(observation, all);
  const goal = useGoal(observation);
  const [shown, setShown] = useState(FEW);
  const range = rangeOf(observation);
  const ownUnit = unitText(observation.valueQuantity ?? observation.component?.[0]?.valueQuantity);
  return (
    <>
      {isFirstNumber(all) && (
        <p>{t('This is the first time it was measured here. A chart appears with the next value.')}</p>
      )}
      {charts.map(({ unit, lines }) => (
        <Chart
          key={unit}
          title={testName(observation.code)}
          unit={unit}
          lines={lines}
          range={unit === ownUnit && lines.length === 1 ? range : undefined}
          limits={
            unit === ownUnit && lines.length === 1 ? limitsIn(range, observation.valueQuantity) : undefined
          }
          usual={unit === ownUnit ? own : undefined}
          goal={unit === ownUnit && lines.length === 1 ? goal : undefined}
        />
      ))}
      <h3>{t('All values')}</h3>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('Date')}</th>
            <th scope="col">{t('Value')}</th>
            <th scope="col">{t('Range')}</th>
          </tr>
        </thead>
        <tbody>
          {all.slice(0, shown).map((each) => (
            <tr key={each.id}>
              <td className={styles.whole}>{formatDate(dateOf(each))}</td>
              <td className={`number ${isShort(each) ? styles.whole : ''}`}>{valueText(each)}</td>
              <td>
                <FlagPill flag={flagOf(each)} />
                <StatusPill status={each.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > shown && (
        <button type="button" className="button quiet" onClick={() => setShown(all.length)}>
          {t('Show all {count}', { count: all.length })}
        </button>
      )}
    </>
  );
}

/** One chart a kind of unit: what can't be converted is not drawn on one line. */
function Chart({
  title,
  unit,
  lines,
  range,
  limits,
  usual,
  goal,
}: {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly range: Range | undefined;
  readonly limits: ReturnType<typeof limitsIn>;
  readonly usual: ReturnType<typeof usualOf>;
  readonly goal: ResultGoal | undefined;
}) {
  return (
    <>
      <TrendChart title={title} unit={unit} lines={lines} band={limits} usual={usual} goal={goal} />
      <p className={styles.legend}>
        {unit && <span>{t('Values in {unit}', { unit })}</span>}
        {limits && (
          <span>
            <i />
            {t('usual range {range}', { range: rangeWords(range, '') ?? '' })}
          </span>
        )}
        {usual && (
          <span>
            <i className={styles.own} />
            {t('usual for you')}
          </span>
        )}
        {goal && (
          <span>
            <i className={styles.goal} />
            {t('your goal: {goal}', { goal: goal.words })}
          </span>
        )}
        {lines.length > 1 && (
          <span>
            {lines
              .map(({ name }, i) => t(i === 0 ? '{name}: solid line' : '{name}: dotted line', { name }))
              .join(', ')}
          </span>
        )}
      </p>
    </>
  );
}

const isSaid = ({ text, coding = [] }: Observation['code']): boolean =>
  Boolean(text) || coding.some(({ display }) => display);
