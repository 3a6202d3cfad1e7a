/**
 * What the Health app writes when all of its data is exported: `export.zip`, in which one of the XML files is the export (its name is of the phone's language), or that XML
 * file itself. Either may be hundreds of megabytes: it is a stream, and nothing of it is held.
 */
import { t } from '../../../i18n/text.ts';
import { FileProblem } from '../file.ts';
import type { ExportFile } from './export-xml.ts';

export type FileFormat = 'zip' | 'xml' | 'table';

/** Of UTF-8, which is how the app writes. */
const MARK = /^\uFEFF?\s*</;
const BEGINNING = 64;

/** By its first bytes, whatever it is called. */
export async function formatOf(file: Blob): Promise<FileFormat> {
  const first = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    await file.slice(0, BEGINNING).arrayBuffer(),
  );
  if (first.startsWith('PK\u0003\u0004')) return 'zip';
  return MARK.test(first) ? 'xml' : 'table';
}

/** Throws FileProblem: nothing in it is an export. */
export async function exportIn(file: Blob, format: Exclude<FileFormat, 'table'>): Promise<ExportFile> {
  if (format === 'xml') return { size: file.size, open: () => file.stream() };
  const { inArchive } = await import('./archive.ts');
  const found = await inArchive(file);
  if (!found) throw new FileProblem(t('In this file there is no export of Apple’s Health app.'));
  return found;
}
