/** RxNorm, Rich Release Format (https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html): its own atoms, relations between its concepts, attributes. */
import { RXNORM } from '../published-filters.ts';
import type { Rows, TextRow } from '../tables/tables.ts';
import { type Named, type Part, property, type Release } from './release.ts';
import { linesOf, nameOf, type ReleaseFiles } from './release-files.ts';

const OWN = 'RXNORM';
const file = (name: string): RegExp => new RegExp(`(?:^|/)${name}\\.RRF$`, 'i');
const CONCEPTS = file('RXNCONSO');

/** Kinds of names that say the same once more: all others name the concept. */
const OTHER_NAMES: ReadonlySet<string> = new Set(['SY', 'TMSY', 'PSN', 'ET']);

export const isRxNorm = (files: ReleaseFiles): boolean => nameOf(files, CONCEPTS) !== undefined;

export function rxNormRelease(files: ReleaseFiles, named: Named): Release {
  const part = (name: string, records: (file: string) => AsyncIterable<Rows>): Part[] => {
    const found = nameOf(files, file(name));
    return found === undefined ? [] : [{ name: found, records: () => records(found) }];
  };
  return {
    url: named.url ?? RXNORM,
    version: named.version ?? versionOf([files.name, ...files.names]),
    name: 'RxNorm',
    title: 'RxNorm',
    caseSensitive: false,
    parts: [
      ...part('RXNCONSO', (name) => conceptRecords(files, name)),
      ...part('RXNREL', (name) => relationRecords(files, name)),
      ...part('RXNSTY', (name) => typeRecords(files, name)),
      ...part('RXNSAT', (name) => attributeRecords(files, name)),
    ],
  };
}

/** `RxNorm_full_09032024`: HL7 writes that as 09032024 too. */
const versionOf = (names: readonly string[]): string | undefined => /_(\d{8})\b/.exec(names.join(' '))?.[1];

async function* columnsOf(files: ReleaseFiles, name: string): AsyncGenerator<string[]> {
  for await (const line of linesOf(files, name)) yield line.split('|');
}

/** RXCUI LAT TS LUI STT SUI ISPREF RXAUI SAUI SCUI SDUI SAB TTY CODE STR SRL SUPPRESS CVF */
async function* conceptRecords(files: ReleaseFiles, name: string): AsyncGenerator<Rows> {
  for await (const columns of columnsOf(files, name)) {
    const [code = ''] = columns;
    const [source, kind = '', , value = '', , suppressed] = columns.slice(11);
    if (source !== OWN) {
      yield {};
      continue;
    }
    const isOther = OTHER_NAMES.has(kind);
    const rank: TextRow['rank'] = isOther ? 2 : 0;
    yield {
      concepts: [{ code, inactive: suppressed === 'O' || suppressed === 'Y' }],
      texts: [{ code, value, language: 'en', use: { system: RXNORM, code: kind }, rank }],
      properties: isOther ? [] : [property(code, 'TTY', kind)],
    };
  }
}

/** RXCUI1 RXAUI1 STYPE1 REL RXCUI2 RXAUI2 STYPE2 RELA RUI SRUI SAB …: the second stands in the relation to the first. */
async function* relationRecords(files: ReleaseFiles, name: string): AsyncGenerator<Rows> {
  for await (const [one = '', , , relation = '', two = '', , , attribute, , , source] of columnsOf(
    files,
    name,
  )) {
    if (source !== OWN || one === '' || two === '') {
      yield {};
      continue;
    }
    const isBelow = attribute === 'isa';
    yield {
      properties: [
        property(two, attribute || relation, one, 'code'),
        ...(isBelow ? [property(two, 'parent', one, 'code')] : []),
      ],
    };
  }
}

/** RXCUI TUI STN STY … */
async function* typeRecords(files: ReleaseFiles, name: string): AsyncGenerator<Rows> {
  for await (const [code = '', type = ''] of columnsOf(files, name))
    yield { properties: [property(code, 'STY', type)] };
}

/** RXCUI LUI SUI RXAUI STYPE CODE ATUI SATUI ATN SAB ATV SUPPRESS CVF */
async function* attributeRecords(files: ReleaseFiles, name: string): AsyncGenerator<Rows> {
  for await (const columns of columnsOf(files, name)) {
    const [attribute = '', source, value = '', suppressed] = columns.slice(8);
    const [code = ''] = columns;
    const isKept = source === OWN && code !== '' && value !== '' && suppressed !== 'O';
    yield isKept ? { properties: [property(code, attribute, value)] } : {};
  }
}
