/** A report as the laboratory sent it: the clinician's words first, its panels and lines in their order, then its files and pictures. */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { markSeen } from '../../../device/seen.ts';
import { formatDateTime } from '../../../format/date.ts';
import { referenceName, referenceNames } from '../../../format/named.ts';
import { whatItMeasures } from '../../../format/what-it-measures.ts';
import { loincCode, testName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { canBeInCard, offersCards } from '../../../record/health-cards/issue.ts';
import { containedResults, namedAlone } from '../../../record/results/contained.ts';
import { goalsQuery } from '../../../record/results/goal.ts';
import { reportDate } from '../../../record/results/order.ts';
import { outsideWords } from '../../../record/results/orders.ts';
import { hasPictures } from '../../../record/results/pictures.ts';
import { keyOf, reportQuery, sameTestsQuery } from '../../../record/results/queries.ts';
import { commentsOf, inReportOrder, sectionsOf } from '../../../record/results/sections.ts';
import { useNamed } from '../../../record/use-named.ts';
import { FhirFailure, isWithdrawn } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Card, EmptyState, ErrorState, Loaded, PageHead } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { StatusPill } from '../../../views/StatusPill.tsx';
import { CopyLink } from './CopyLink.tsx';
import { ReportFiles } from './ReportFiles.tsx';
import { ReportLine } from './ReportLine.tsx';
import styles from './results.module.css';

export function ReportPage() {
  const { fhir } = usePortal();
  const { id = '' } = useParams();
  const query = useQuery(reportQuery(fhir, id));
  const report = query.data?.resources[0];
  return (
    <>
      <BackLink to="/results">{t('All results')}</BackLink>
      <PageHead title={report ? testName(report.code) : t('Report')} />
      <Loaded query={query} rows={8}>
        {(page) =>
          report ? (
            <Report
              report={report}
              found={[
                ...page.included.filter((each) => each.resourceType === 'Observation'),
                ...containedResults(report),
              ]}
            />
          ) : (
            <ErrorState error={new FhirFailure(404)} onRetry={() => void query.refetch()} />
          )
        }
      </Loaded>
    </>
  );
}

interface Parts {
  readonly report: DiagnosticReport;
  /** Panels among them. */
  readonly found: readonly Observation[];
}

function Report({ report, found }: Parts) {
  const results = inReportOrder(report, found);
  useEffect(() => markSeen(...[report, ...found].flatMap(({ id }) => id ?? [])), [report, found]);
  const named = namedAlone(report);
  const isEmpty =
    named.length === 0 &&
    results.length === 0 &&
    commentsOf(report, found).length === 0 &&
    !report.presentedForm &&
    !hasPictures(report);
  return (
    <>
      <Summary report={report} found={found} results={results} />
      <Lines report={report} found={found} results={results} />
      {named.map((words) => (
        <p key={words}>{words}</p>
      ))}
      <ReportFiles report={report} />
      {isEmpty && <EmptyState>{t('This report has no text and no values.')}</EmptyState>}
    </>
  );
}

function Summary({ report, found, results }: Parts & { readonly results: readonly Observation[] }) {
  const { fhir } = usePortal();
  const canAsk = fhir.offers('Communication', 'create');
  const what = whatItMeasures(loincCode(report.code));
  const { performer, resultsInterpreter } = useNamed(report);
  const by = referenceNames(resultsInterpreter, report);
  const made = referenceName(performer?.[0], report);
  const name = testName(report.code);
  return (
    <Card>
      {commentsOf(report, found).map((text) => (
        <div key={text} className={styles.comment}>
          <p>
            <strong>{by ? t('Comment by {name}.', { name: by }) : t('Comment.')}</strong>
          </p>
          <p className={styles.report}>{text}</p>
        </div>
      ))}
      <p className="muted">
        {formatDateTime(reportDate(report))}
        {made && ` · ${made}`} <StatusPill status={report.status} />
      </p>
      {results.length > 1 && <p>{outsideWords(results)}</p>}
      {what && <p>{t(what)}</p>}
      <p className={styles.actions}>
        {canAsk && (
          <Link to={`/messages/new?about=DiagnosticReport/${report.id}`} state={name}>
            {t('Ask about this report')}
          </Link>
        )}
        {offersCards(fhir) && found.some(canBeInCard) && (
          <Link to={`/health-card/results?report=${report.id}`}>{t('Get a SMART Health Card')}</Link>
        )}
        <CopyLink />
      </p>
    </Card>
  );
}

function Lines({ report, found, results }: Parts & { readonly results: readonly Observation[] }) {
  const { fhir } = usePortal();
  const inside = containedResults(report);
  const before = useQuery(sameTestsQuery(fhir, results)).data?.resources ?? [];
  const goals = useQuery(goalsQuery(fhir)).data?.resources ?? [];
  const byTest = Map.groupBy(
    before.filter((each) => !isWithdrawn(each)),
    keyOf,
  );
  return sectionsOf(report, found).map(({ title, results: lines }) => (
    <section key={lines[0]?.id} className={styles.month}>
      {title !== undefined && <h2>{title}</h2>}
      <ul className={rows.list}>
        <Each of={lines}>
          {(result) => (
            <ReportLine
              result={result}
              isInside={inside.includes(result)}
              all={byTest.get(keyOf(result)) ?? []}
              goals={goals}
            />
          )}
        </Each>
      </ul>
    </section>
  ));
}
