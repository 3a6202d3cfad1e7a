/** A report in clinical names: its values as the laboratory ordered them, each leading to the test over time; what was concluded; its files. */
import type { DiagnosticReport, Observation, Resource } from '@medplum/fhirtypes';
import { Link } from 'react-router';
import { clinicalName, codesText } from '../../../format/clinical.ts';
import { formatDateTime } from '../../../format/date.ts';
import { rangeOf, rangeWords } from '../../../format/flag.ts';
import { flagOf } from '../../../format/flag-of.ts';
import { unitText } from '../../../format/quantity.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { containedResults, namedAlone } from '../../../record/results/contained.ts';
import { reportDate } from '../../../record/results/order.ts';
import { inReportOrder } from '../../../record/results/sections.ts';
import { useNameOf } from '../../../record/use-named.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Card, FlagPill } from '../../../ui/parts.tsx';
import { ScrollTable } from '../../../ui/ScrollTable.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import own from './patient.module.css';

export function Report({
  report,
  included,
}: {
  readonly report: DiagnosticReport;
  readonly included: readonly Resource[];
}) {
  const { fhir } = usePortal();
  const { code, conclusion, performer, status } = report;
  const by = useNameOf(performer?.[0], report);
  const inside = containedResults(report);
  const results = [
    ...included.filter((each): each is Observation => each.resourceType === 'Observation'),
    ...inside,
  ];
  const date = reportDate(report);
  return (
    <Card title={clinicalName(code)}>
      <p className="muted">
        {[date && formatDateTime(date), by, codesText(code)].filter(Boolean).join(' · ')}{' '}
        <StatusPill status={status} /> <KeptPill of={report} />
      </p>
      {conclusion && <p className={own.text}>{conclusion}</p>}
      {results.length > 0 && (
        <ScrollTable label={clinicalName(code)} heads={[t('Test'), t('Value'), t('Range')]}>
          {inReportOrder(report, results).map((each) => (
            <tr key={each.id}>
              <th scope="row">
                {inside.includes(each) ? (
                  clinicalName(each.code)
                ) : (
                  <Link to={`/patients/${fhir.patient}/results/${each.id}`}>{clinicalName(each.code)}</Link>
                )}
              </th>
              <td>
                <span className="number">{valueText(each)}</span> <FlagPill flag={flagOf(each)} />{' '}
                <StatusPill status={each.status} /> <KeptPill of={each} />
              </td>
              <td className="number">{rangeWords(rangeOf(each), unitText(each.valueQuantity)) ?? ''}</td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {namedAlone(report).map((words) => (
        <p key={words}>{words}</p>
      ))}
      {report.presentedForm?.map((attachment) => (
        <AttachedFile key={`${attachment.title} ${attachment.url}`} attachment={attachment} opensPdf />
      ))}
    </Card>
  );
}
