/** A PDF where the browser has a viewer of its own (phones mostly have none; there it is saved). It is shown as a PDF and as nothing else, whatever its sender calls it. */
import { useEffect, useState } from 'react';
import { bytesOf } from '../format/attachment.ts';
import styles from './pdf-frame.module.css';

const BEGINS = '%PDF-';

export function PdfFrame({ data, title }: { readonly data: string; readonly title: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!navigator.pdfViewerEnabled) return;
    const bytes = bytesOf(data);
    if (new TextDecoder('latin1').decode(bytes.subarray(0, BEGINS.length)) !== BEGINS) return;
    const made = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return url === undefined ? null : (
    <iframe className={styles.frame} src={`${url}#navpanes=0`} title={title} />
  );
}
