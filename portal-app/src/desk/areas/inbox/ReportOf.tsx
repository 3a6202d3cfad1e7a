/** The report that an item is about: what it says, each value beside what it was before, and what is done about it below. */
import type { Observation, Task } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { clinicalName } from '../../../format/clinical.ts';
import { formatDate } from '../../../format/date.ts';
import { rangeOf, rangeWords } from '../../../format/flag.ts';
import { flagOf } from '../../../format/flag-of.ts';
import { dateOf } from '../../../format/observation.ts';
import { unitText } from '../../../format/quantity.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { namedAlone } from '../../../record/results/contained.ts';
import { keyOf, sameTestsQuery } from '../../../record/results/queries.ts';
import { inReportOrder } from '../../../record/results/sections.ts';
import { type Results, releaseQuery } from '../../../record/work/result.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { FlagPill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { About } from './About.tsx';
import styles from './inbox.module.css';

export function ReportOf({
  task,
  children,
}: {
  readonly task: Task;
  readonly children: (found: Results) => ReactNode;
}) {
  const { fhir } = usePortal();
  const query = useQuery(releaseQuery(fhir, task));
  return (
    <About task={task} query={query} rows={5} marked={({ report }) => report}>
      {(found) => (
        <>
          <ReportValues found={found} />
          {children(found)}
        </>
      )}
    </About>
  );
}

function ReportValues({ found: { report, results } }: { readonly found: Results }) {
  const { fhir } = usePortal();
  const ordered = inReportOrder(report, results);
  const before = useQuery(sameTestsQuery(fhir, ordered)).data?.resources ?? [];
  return (
    <>
      <h3>{clinicalName(report.code)}</h3>
      {ordered.length > 0 && (
        <div className={styles.scroll}>
          <table className={styles.values}>
            <thead>
              <tr>
                <th scope="col">{t('Test')}</th>
                <th scope="col">{t('Value')}</th>
                <th scope="col">{t('Before')}</th>
              </tr>
            </thead>
            <tbody>
              {ordered.map((each) => (
                <tr key={each.id}>
                  <th scope="row">{clinicalName(each.code)}</th>
                  <td>
                    <span className="number">{valueText(each)}</span> <FlagPill flag={flagOf(each)} />
                    <Below text={rangeWords(rangeOf(each), unitText(each.valueQuantity))} />
                  </td>
                  <td>
                    <Earlier of={each} all={before} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {namedAlone(report).map((words) => (
        <p key={words}>{words}</p>
      ))}
      {report.conclusion && <p className={styles.concluded}>{report.conclusion}</p>}
      {report.presentedForm?.map((attachment) => (
        <AttachedFile key={`${attachment.title} ${attachment.url}`} attachment={attachment} opensPdf />
      ))}
    </>
  );
}

function Earlier({ of, all }: { readonly of: Observation; readonly all: readonly Observation[] }) {
  const key = keyOf(of);
  const found = all.find((each) => each.id !== of.id && keyOf(each) === key);
  if (!found) return <>–</>;
  return (
    <>
      <span className="number">{valueText(found)}</span>
      <Below text={formatDate(dateOf(found))} />
    </>
  );
}

const Below = ({ text }: { readonly text: string | undefined }) =>
  text ? <div className="muted">{text}</div> : null;
