/** A report: its text, and the results it brings together, those outside their range first. */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { formatDateTime } from '../../../format/date.ts';
import { flagOf } from '../../../format/flag.ts';
import { plainWords } from '../../../format/plain-words.ts';
import { valueText } from '../../../format/value.ts';
import { loincCode, testName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { reportQuery } from '../../../record/results/queries.ts';
import { statusWords } from '../../../record/results/words.ts';
import { FhirFailure } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Card, EmptyState, ErrorState, FlagPill, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
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
  const sorted = results.toSorted(
    (a, b) => rank(a) - rank(b) || testName(a.code).localeCompare(testName(b.code)),
  );
  return (
    <>
      <Card>
        <p className="muted">
          {formatDateTime(report.effectiveDateTime ?? report.issued)}
          {report.performer?.[0]?.display ? ` · ${report.performer[0].display}` : ''}{' '}
          {report.status !== 'final' && <Pill kind="warn">{statusWords(report.status)}</Pill>}
        </p>
        {words && <p>{t(words.what)}</p>}
        {report.conclusion && <p className={styles.report}>{report.conclusion}</p>}
        {report.presentedForm?.map((form) => (
          <AttachedFile key={`${form.title} ${form.contentType}`} attachment={form} />
        ))}
      </Card>
      {sorted.length > 0 && (
        <ul className={rows.list}>
          {sorted.map((result) => (
            <li key={result.id}>
              <Link className={rows.row} to={`/results/${result.id}`}>
                <span className={rows.name}>
                  <strong>{testName(result.code)}</strong>
                </span>
                <span className={rows.value}>
                  <span className="number">{valueText(result)}</span>
                  <FlagPill flag={flagOf(result)} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {sorted.length === 0 && !report.conclusion && !report.presentedForm && (
        <EmptyState>{t('This report has no text and no values.')}</EmptyState>
      )}
    </>
  );
}

function rank(observation: Observation): number {
  const { kind } = flagOf(observation);
  return kind === 'critical' ? 0 : kind === 'in' || kind === 'none' ? 2 : 1;
}
