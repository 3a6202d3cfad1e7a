/** ICD-10-CM, the tabular list in its order (icd10cm_order_2025.txt of CDC and CMS): columns of a fixed width, each code after what it stands below. */
import type { Rows } from '../tables/tables.ts';
import { type Named, type Release, ReleaseError } from './release.ts';
import { linesOf, nameOf, type ReleaseFiles } from './release-files.ts';

const ORDER = /(?:^|\/)icd-?10-?cm[-_]order[-_](\d{4})\w*\.txt$/i;

export const isIcd10Cm = (files: ReleaseFiles): boolean => nameOf(files, ORDER) !== undefined;

export function icd10CmRelease(files: ReleaseFiles, named: Named): Release {
  const name = nameOf(files, ORDER) as string;
  return {
    url: named.url ?? 'http://hl7.org/fhir/sid/icd-10-cm',
    version: named.version ?? ORDER.exec(name)?.[1],
    name: 'ICD10CM',
    title: 'International Classification of Diseases, 10th Revision, Clinical Modification',
    caseSensitive: false,
    parts: [{ name, records: () => records(files, name) }],
  };
}

/** Columns 7-13: the code without its dot; 15: 1 for one that is billed; 17-76 and from 78: its short and long text. */
const LINE = /^\d{5} ([A-Z0-9]{3,7}) +([01]) (.{60}) (.+)$/;

async function* records(files: ReleaseFiles, name: string): AsyncGenerator<Rows> {
  let above: string[] = [];
  for await (const line of linesOf(files, name)) {
    if (line.trim() === '') {
      yield {};
      continue;
    }
    const [, bare = '', billed, short = '', long = ''] = LINE.exec(line) ?? [];
    if (bare === '') throw new ReleaseError(`${name}: a line is not of the order file's columns.`);
    above = above.filter((each) => bare.startsWith(each) && bare !== each);
    const [code, parent] = [dotted(bare), above.at(-1)];
    above.push(bare);
    const isHeading = billed === '0';
    yield {
      concepts: [{ code, abstract: isHeading }],
      texts: [
        { code, value: long.trim(), language: 'en', rank: 0 },
        ...(short.trim() === long.trim()
          ? []
          : [{ code, value: short.trim(), language: 'en', rank: 2 } as const]),
      ],
      properties: [
        { code, name: 'notSelectable', kind: 'boolean', value: String(isHeading) },
        ...(parent === undefined
          ? []
          : [{ code, name: 'parent', kind: 'code', value: dotted(parent) } as const]),
      ],
    };
  }
}

const dotted = (code: string): string => (code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code);
