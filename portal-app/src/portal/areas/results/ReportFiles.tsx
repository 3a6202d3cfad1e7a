/** The files of a report as they came, its pictures, and the way to a viewer of its imaging. */
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { hasPictures, type Imaging, picturesQuery } from '../../../record/results/pictures.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Card, Loaded } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import styles from './results.module.css';

export function ReportFiles({ report }: { readonly report: DiagnosticReport }) {
  const forms = report.presentedForm ?? [];
  return (
    <>
      {forms.length > 0 && (
        <Card title={t('The report as a file')}>
          {forms.map((form) => (
            <AttachedFile key={`${form.title} ${form.contentType} ${form.url}`} attachment={form} opensPdf />
          ))}
        </Card>
      )}
      {hasPictures(report) && <PicturesCard report={report} />}
    </>
  );
}

function PicturesCard({ report }: { readonly report: DiagnosticReport }) {
  const query = useQuery(picturesQuery(usePortal().fhir, report));
  return (
    <Card title={t('Pictures')}>
      <Loaded query={query} rows={1}>
        {({ files, studies }) => (
          <>
            {files.map((file) => (
              <AttachedFile key={`${file.title} ${file.url} ${file.hash}`} attachment={file} opensPdf />
            ))}
            <ul className={styles.studies}>
              <Each of={studies}>{(study) => <Study study={study} />}</Each>
            </ul>
            {files.length + studies.length === 0 && (
              <p>{t('The pictures are not shown here. The clinic has them.')}</p>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Study({ study: { title, started, amount, viewer } }: { readonly study: Imaging }) {
  return (
    <li>
      <p>
        <strong>{title}</strong>
      </p>
      <p className="muted">{[formatDate(started), amount].filter(Boolean).join(' · ')}</p>
      {viewer === undefined ? (
        <p>{t('The pictures are not shown here. The clinic has them.')}</p>
      ) : (
        <p>
          <a className="button secondary" href={viewer} target="_blank" rel="noreferrer">
            {t('Look at the pictures (opens the clinic’s viewer)')}
          </a>
        </p>
      )}
    </li>
  );
}
