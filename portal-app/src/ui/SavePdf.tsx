/** Words of a page, saved as a PDF; nothing where its fonts lack a letter: then there is the browser's print. */
import { locale } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { type PdfText, pdfOf } from './pdf.ts';
import { saveFile } from './save-file.ts';

export function SavePdf({ file, ...text }: Omit<PdfText, 'language'> & { readonly file: string }) {
  const pdf = pdfOf({ ...text, language: locale() });
  if (pdf === undefined) return null;
  return (
    <button type="button" className="button secondary" onClick={() => saveFile(file, 'application/pdf', pdf)}>
      {t('Save as PDF')}
    </button>
  );
}
