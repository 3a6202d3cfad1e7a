/** Readings from a file that an app or a device has written: read in the browser, looked at, and what is chosen is taken over. */
import { useState } from 'react';
import { Link } from 'react-router';
import { t } from '../../../i18n/text.ts';
import { FileProblem, MOST_BYTES, type Table, tableOf, textOf } from '../../../record/readings/csv.ts';
import { FileField } from '../../../ui/form.tsx';
import { Card, PageHead, Skeleton } from '../../../ui/parts.tsx';
import { ImportQuestions } from './ImportQuestions.tsx';

interface Chosen {
  readonly file: File;
  /** Until it is read: undefined. */
  readonly read: { readonly table: Table } | { readonly problem: string } | undefined;
}

export function ImportPage() {
  const [chosen, setChosen] = useState<Chosen>();
  const choose = (file: File | undefined): void => {
    setChosen(file && { file, read: undefined });
    if (file)
      void tableIn(file).then((read) => setChosen((now) => (now?.file === file ? { file, read } : now)));
  };
  const read = chosen?.read;
  return (
    <>
      <p>
        <Link to="/readings">‹ {t('Home readings')}</Link>
      </p>
      <PageHead title={t('Readings from a file')} />
      <Card title={t('1. Choose a file')}>
        <FileField
          id="readings-file"
          label={t('A CSV file')}
          hint={t(
            'Many apps and devices write one (“Export”): a table with the date and what was measured, at most 10 MB and 20,000 lines. The file stays on this device; only the values that you choose are sent.',
          )}
          accept=".csv,.tsv,.txt,text/csv"
          onChange={choose}
        />
        {read && 'problem' in read && <p role="alert">{read.problem}</p>}
      </Card>
      {chosen && !read && <Skeleton />}
      {chosen && read && 'table' in read && <ImportQuestions key={keyOf(chosen.file)} table={read.table} />}
    </>
  );
}

const keyOf = ({ name, size, lastModified }: File): string => `${name} ${size} ${lastModified}`;

async function tableIn(file: File): Promise<NonNullable<Chosen['read']>> {
  if (file.size > MOST_BYTES) return { problem: t('This file is larger than 10 MB. Divide it.') };
  try {
    return { table: tableOf(textOf(new Uint8Array(await file.arrayBuffer()))) };
  } catch (error) {
    return { problem: error instanceof FileProblem ? error.message : t('This file could not be read.') };
  }
}
