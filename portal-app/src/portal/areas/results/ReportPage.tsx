/** A report: its text, and the results it brings together, those outside their range first. */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { formatDateTime } from '../../../format/date.ts';
import { flagOf, rangeOf, rangeWords } from '../../../format/flag.ts';
import { plainWords } from '../../../format/plain-words.ts';
import { unitText } from '../../../format/quantity.ts';
import { valueText } from '../../../format/value.ts';
import { loincCode, testName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import {
  inReportOrder,
  keyOf,
  reportQuery,
  sameTestsQuery,
  testRows,
} from '../../../record/results/queries.ts';
import { FhirFailure } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Card, EmptyState, ErrorState, FlagPill, Loaded, PageHead } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { Sparkline } from '../../../ui/Sparkline.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import styles from './results.module.css';

export function ReportPage() {
  const { fhir } = usePortal();
  const { id = '' } = useParams();
  const query = useQuery(reportQuery(fhir, id));
  const report = query.data?.resources[0];
  return (
    <>
      <p>
        <Link to="/results">‹ {t('All results')}</Link>
      </p>
      <PageHead title={report ? testName(report.code) : t('Report')} />
      <Loaded query={query}>
        {(page) =>
          report ? (
            <Report
              report={report}
              results={page.included.filter((each) => each.resourceType === 'Observation')}
            />
          ) : (
            <ErrorState error={new FhirFailure(404)} onRetry={() => void query.refetch()} />
          )
        }
      </Loaded>
    </>
  );
}

function Report({
  report,
  results,
}: {
  readonly report: DiagnosticReport;
  readonly results: readonly Observation[];
}) {
  const words = plainWords(loincCode(report.code));
  const { fhir } = usePortal();
  const sorted = inReportOrder(report, results);
  const before = useQuery(sameTestsQuery(fhir, sorted)).data?.resources ?? [];
  const trends = new Map(testRows(before).map((row) => [row.key, row.history]));
  return (
    <>
      <Card>
        <p className="muted">
          {formatDateTime(report.effectiveDateTime ?? report.issued)}
          {report.performer?.[0]?.display ? ` · ${report.performer[0].display}` : ''}{' '}
          <StatusPill status={report.status} />
        </p>
        {report.conclusion && <p className={styles.report}>{report.conclusion}</p>}
        {words && <p>{t(words.what)}</p>}
        {report.presentedForm?.map((form) => (
          <AttachedFile key={`${form.title} ${form.contentType}`} attachment={form} />
        ))}
      </Card>
      {sorted.length > 0 && (
        <ul className={rows.list}>
          <Each of={sorted}>
            {(result) => (
              <li key={result.id}>
                <Link className={rows.row} to={`/results/${result.id}`}>
                  <span className={rows.name}>
                    <strong>{testName(result.code)}</strong>
                    <span className="muted">
                      {rangeWords(rangeOf(result), unitText(result.valueQuantity))}
                    </span>
                  </span>
                  <Sparkline values={trends.get(keyOf(result)) ?? []} />
                  <span className={rows.value}>
                    <span className="number">{valueText(result)}</span>
                    <FlagPill flag={flagOf(result)} />
                    <StatusPill status={result.status} />
                  </span>
                </Link>
              </li>
            )}
          </Each>
        </ul>
      )}
      {sorted.length === 0 && !report.conclusion && !report.presentedForm && (
        <EmptyState>{t('This report has no text and no values.')}</EmptyState>
      )}
    </>
  );
}
