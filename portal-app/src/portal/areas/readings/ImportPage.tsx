/** Readings from a file that an app or a device has written: read in the browser, looked at, and what is chosen is taken over. */
import { useState } from 'react';
import { t } from '../../../i18n/text.ts';
import { exportIn, formatOf } from '../../../record/readings/apple-health/export-file.ts';
import type { ExportFile } from '../../../record/readings/apple-health/export-xml.ts';
import { MOST_BYTES, type Table, tableOf, textOf } from '../../../record/readings/csv.ts';
import { FileProblem } from '../../../record/readings/file.ts';
import { BackLink } from '../../../ui/BackLink.tsx';
import { FileField } from '../../../ui/file-field.tsx';
import { Card, PageHead, Skeleton } from '../../../ui/parts.tsx';
import { ExportQuestions } from './ExportQuestions.tsx';
import { ImportQuestions } from './ImportQuestions.tsx';

interface Chosen {
  readonly file: File;
  /** Until it is read: undefined. */
  readonly read:
    | { readonly table: Table }
    | { readonly health: ExportFile }
    | { readonly problem: string }
    | undefined;
}

export function ImportPage() {
  const [chosen, setChosen] = useState<Chosen>();
  const choose = (file: File | undefined): void => {
    setChosen(file && { file, read: undefined });
    if (file)
      void readIn(file).then((read) => setChosen((now) => (now?.file === file ? { file, read } : now)));
  };
  const read = chosen?.read;
  return (
    <>
      <BackLink to="/readings">{t('Home readings')}</BackLink>
      <PageHead title={t('Readings from a file')} />
      <Card title={t('1. Choose a file')}>
        <FileField
          id="readings-file"
          label={t('A file of readings')}
          hint={t(
            'A table (CSV), as many apps and devices export it: with the date and what was measured, at most 10 MB and 20,000 lines. Or “export.zip” of Apple’s Health app (your picture, “Export All Health Data”), of any size. The file stays on this device; only the values that you choose are sent.',
          )}
          accept=".csv,.tsv,.txt,.zip,.xml,text/csv"
          file={chosen?.file}
          onChange={choose}
        />
        {read && 'problem' in read && <p role="alert">{read.problem}</p>}
      </Card>
      {chosen && !read && <Skeleton />}
      {chosen && read && 'table' in read && <ImportQuestions key={keyOf(chosen.file)} table={read.table} />}
      {chosen && read && 'health' in read && <ExportQuestions key={keyOf(chosen.file)} file={read.health} />}
    </>
  );
}

const keyOf = ({ name, size, lastModified }: File): string => `${name} ${size} ${lastModified}`;

async function readIn(file: File): Promise<NonNullable<Chosen['read']>> {
  try {
    const format = await formatOf(file);
    if (format !== 'table') return { health: await exportIn(file, format) };
    if (file.size > MOST_BYTES) return { problem: t('This file is larger than 10 MB. Divide it.') };
    return { table: tableOf(textOf(new Uint8Array(await file.arrayBuffer()))) };
  } catch (error) {
    return { problem: error instanceof FileProblem ? error.message : t('This file could not be read.') };
  }
}
