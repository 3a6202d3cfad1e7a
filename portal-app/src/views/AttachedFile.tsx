/**
 * A file of the record: text is shown, a picture too, what a clinical document says, and a PDF of the clinic's in the browser's own viewer; anything else is saved, not
 * opened, for what somebody sent must run nowhere. Data comes with the resource, or from the FHIR server's Binary; an address elsewhere is never followed.
 */
import type { Attachment, Binary } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { bareType, bytesOf } from '../format/attachment.ts';
import { failureWords } from '../format/explained.ts';
import { t } from '../i18n/text.ts';
import { clinicalDocument } from '../record/documents/clinical-document.ts';
import { usePortal } from '../smart/SessionProvider.tsx';
import styles from '../ui/parts.module.css';
import { ClinicalDocumentView } from './ClinicalDocumentView.tsx';
import { PdfFrame } from './PdfFrame.tsx';

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const PDF = 'application/pdf';

export function AttachedFile({
  attachment,
  opensPdf = false,
}: {
  readonly attachment: Attachment;
  /** Of the clinic's own documents; what a person sent is saved. */
  readonly opensPdf?: boolean;
}) {
  const { fhir, config } = usePortal();
  const id = binaryId(attachment.url, config.fhirBaseUrl);
  const binary = useQuery({
    queryKey: ['binary', id],
    queryFn: () => fhir.read<Binary>('Binary', id as string),
    enabled: attachment.data === undefined && id !== undefined,
  });
  const data = attachment.data ?? binary.data?.data;
  const title = attachment.title ?? t('File');
  const type = bareType(attachment.contentType);
  if (binary.error) return <p role="alert">{failureWords(binary.error)}</p>;
  if (data === undefined)
    return id === undefined ? (
      <p className="muted">{t('{title}: the file is not kept here.', { title })}</p>
    ) : null;
  return <Contents data={data} type={type} title={title} opensPdf={opensPdf} />;
}

interface FileProps {
  readonly data: string;
  readonly type: string;
  readonly title: string;
}

/** A clinical document may be nothing but a file: that is shown as one. */
function Contents({ data, type, title, opensPdf }: FileProps & { readonly opensPdf: boolean }) {
  const document = useMemo(() => clinicalDocument(type, data), [type, data]);
  if (type === 'text/plain') return <p className={styles.text}>{textOf(data)}</p>;
  const file = document?.file;
  const inner = document?.title ?? title;
  return (
    <>
      {document && <ClinicalDocumentView document={document} />}
      {file && <Contents data={file.data} type={file.contentType} title={inner} opensPdf={opensPdf} />}
      {opensPdf && type === PDF && <PdfFrame data={data} title={title} />}
      <Saved data={data} type={type} title={title} />
    </>
  );
}

function Saved({ data, type, title }: FileProps) {
  return (
    <p>
      {PICTURES.includes(type) && (
        <img className={styles.picture} src={`data:${type};base64,${data}`} alt={title} />
      )}
      <a
        className="button secondary"
        href={`data:application/octet-stream;base64,${data}`}
        download={fileName(title, type)}
      >
        {t('Save {title}', { title })}
      </a>
    </p>
  );
}

/** Only of this server, and only a Binary. */
function binaryId(url: string | undefined, base: string): string | undefined {
  const path = url?.startsWith(`${base}/`) ? url.slice(base.length + 1) : url;
  return /^Binary\/([A-Za-z0-9\-.]{1,64})$/.exec(path ?? '')?.[1];
}

const textOf = (base64: string): string => new TextDecoder().decode(bytesOf(base64));

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'application/xml': '.xml',
  'text/xml': '.xml',
};

function fileName(title: string, type: string): string {
  const ending = ENDINGS[type] ?? '';
  return title.toLowerCase().endsWith(ending) ? title : title + ending;
}
