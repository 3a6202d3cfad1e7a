/** LOINC, as its release archive has it (https://loinc.org/kb/users-guide): Loinc.csv, parts and what terms are made of, the component hierarchy, answer lists, linguistic variants. */
import { parse } from 'csv-parse';
import { LOINC } from '../published-filters.ts';
import type { Rows, TextRow } from '../tables/tables.ts';
import { type Named, type Part, property, type Release, ReleaseError } from './release.ts';
import { nameOf, type ReleaseFiles } from './release-files.ts';

const TABLE = /(?:^|\/)Loinc\.csv$/i;
const PARTS = /(?:^|\/)Part\.csv$/i;
const PART_LINKS = /(?:^|\/)LoincPartLink(?:_Primary|_Supplementary)?\.csv$/i;
const HIERARCHY = /(?:ComponentHierarchyBySystem|MultiAxialHierarchy)\.csv$/i;
const ANSWERS = /(?:^|\/)AnswerList\.csv$/i;
const LINKS = /(?:^|\/)LoincAnswerListLink\.csv$/i;
/** `esMX28LinguisticVariant.csv` */
const VARIANT = /(?:^|\/)([a-z]{2})([A-Z]{2})\d+LinguisticVariant\.csv$/;

/** Columns that are properties of the code system (https://hl7.org/fhir/R4/loinc.html#properties). */
const PROPERTIES = [
  'COMPONENT',
  'PROPERTY',
  'TIME_ASPCT',
  'SYSTEM',
  'SCALE_TYP',
  'METHOD_TYP',
  'CLASS',
  'CLASSTYPE',
  'STATUS',
  'ORDER_OBS',
  'EXAMPLE_UCUM_UNITS',
  'UNITSREQUIRED',
  'DOCUMENT_SECTION',
];
const COPYRIGHT = 'copyright';
const TEXTS: readonly (readonly [column: string, rank: TextRow['rank']])[] = [
  ['LONG_COMMON_NAME', 0],
  ['SHORTNAME', 2],
  ['DisplayName', 2],
  ['CONSUMER_NAME', 2],
  ['RELATEDNAMES2', 2],
];

export const isLoinc = (files: ReleaseFiles): boolean => nameOf(files, TABLE) !== undefined;

export function loincRelease(files: ReleaseFiles, named: Named): Release {
  const part = (pattern: RegExp, rows: (record: Row) => Rows): Part[] => {
    const name = nameOf(files, pattern);
    return name === undefined ? [] : [csvPart(files, name, () => rows)];
  };
  const hierarchy = nameOf(files, HIERARCHY);
  const answers = nameOf(files, ANSWERS);
  return {
    url: named.url ?? LOINC,
    version: named.version ?? /\d\.\d{2}/.exec([files.name, ...files.names].join(' '))?.[0],
    name: 'LOINC',
    title: 'Logical Observation Identifiers, Names and Codes (LOINC)',
    caseSensitive: false,
    properties: [...PROPERTIES, COPYRIGHT],
    parts: [
      ...part(TABLE, termRows),
      ...part(PARTS, partRows),
      ...files.names
        .filter((name) => PART_LINKS.test(name))
        .sort()
        .map((name) => csvPart(files, name, () => partLinkRows)),
      ...(hierarchy === undefined
        ? []
        : [csvPart(files, hierarchy, hierarchyRows(nameOf(files, PARTS) !== undefined))]),
      ...(answers === undefined ? [] : [csvPart(files, answers, answerRows)]),
      ...part(LINKS, linkRows),
      ...files.names
        .filter((name) => VARIANT.test(name))
        .sort()
        .map((name) => variantPart(files, name)),
    ],
  };
}

type Row = Readonly<Record<string, string>>;

/** `reader`: made for each reading, so that what it remembers begins anew. */
function csvPart(files: ReleaseFiles, name: string, reader: () => (record: Row) => Rows): Part {
  return {
    name,
    async *records() {
      const rows = reader();
      const parser = (await files.open(name)).pipe(
        parse({ columns: true, bom: true, relax_column_count: true, relax_quotes: true }),
      );
      try {
        for await (const record of parser) yield rows(record as Row);
      } catch (error) {
        throw (error as { code?: string }).code?.startsWith('CSV_')
          ? new ReleaseError(`${name}: ${(error as Error).message}`)
          : error;
      }
    },
  };
}

function termRows(row: Row): Rows {
  const code = row.LOINC_NUM;
  if (!code) throw new ReleaseError('Loinc.csv has no column LOINC_NUM.');
  return {
    concepts: [
      {
        code,
        inactive: row.STATUS === 'DEPRECATED',
        ...(row.DefinitionDescription ? { definition: row.DefinitionDescription } : {}),
      },
    ],
    texts: TEXTS.flatMap(([column, rank]): TextRow[] => {
      const value = row[column];
      return value ? [{ code, value, language: 'en', use: { system: LOINC, code: column }, rank }] : [];
    }),
    properties: [
      ...PROPERTIES.flatMap((name) => (row[name] ? [property(code, name, row[name])] : [])),
      property(code, COPYRIGHT, row.EXTERNAL_COPYRIGHT_NOTICE ? '3rdParty' : 'LOINC'),
    ],
  };
}

/** PartNumber, PartTypeName, PartName, PartDisplayName, Status. */
function partRows({ PartNumber: code = '', PartName: name = '', PartDisplayName: shown, Status }: Row): Rows {
  const value = shown || name;
  return {
    concepts: [{ code, abstract: true, inactive: Status === 'DEPRECATED' }],
    texts: [
      { code, value, language: 'en', rank: 0 },
      ...(name && name !== value ? [{ code, value: name, language: 'en', rank: 2 } as const] : []),
    ],
  };
}

/** LoincNumber, …, PartNumber, …, Property (`http://loinc.org/property/SCALE_TYP`): the parts of a term by their codes, beside their names in Loinc.csv. */
function partLinkRows({ LoincNumber: code = '', PartNumber: part = '', Property: uri = '' }: Row): Rows {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  return name === '' ? {} : { properties: [property(code, name, part, 'code')] };
}

/** PATH_TO_ROOT, SEQUENCE, IMMEDIATE_PARENT, CODE, CODE_TEXT: of terms again, and of parts, some of which stand here alone. */
const hierarchyRows = (areNamed: boolean) => (): ((record: Row) => Rows) => {
  const named = new Set<string>();
  const rank: TextRow['rank'] = areNamed ? 2 : 0;
  return ({ CODE: code = '', IMMEDIATE_PARENT: parent, CODE_TEXT: value = '' }) => {
    const isNew = code.startsWith('LP') && !named.has(code);
    if (isNew) named.add(code);
    return {
      ...(isNew
        ? { concepts: [{ code, abstract: true }], texts: [{ code, value, language: 'en', rank }] }
        : {}),
      properties: parent ? [property(code, 'parent', parent, 'code')] : [],
    };
  };
};

/** A list (LL…) and its answers (LA…), which may be in many. */
function answerRows(): (record: Row) => Rows {
  const named = new Set<string>();
  return ({
    AnswerListId: list = '',
    AnswerListName: name = '',
    AnswerStringId: answer,
    DisplayText: text = '',
  }) => {
    const fresh = [[list, name] as const, ...(answer ? [[answer, text] as const] : [])].filter(
      ([code]) => !named.has(code),
    );
    for (const [code] of fresh) named.add(code);
    return {
      concepts: fresh.map(([code]) => ({ code })),
      texts: fresh.map(([code, value]) => ({ code, value, language: 'en', rank: 0 })),
      properties: answer ? [property(answer, 'LIST', list, 'code')] : [],
    };
  };
}

const linkRows = ({ LoincNumber: code = '', AnswerListId: list = '' }: Row): Rows => ({
  properties: [property(code, 'answer-list', list, 'code')],
});

function variantPart(files: ReleaseFiles, name: string): Part {
  const [, language, country] = VARIANT.exec(name) ?? [];
  return csvPart(files, name, () => (row) => {
    const [code = '', value] = [
      row.LOINC_NUM,
      row.LONG_COMMON_NAME || row.LinguisticVariantDisplayName || row.SHORTNAME,
    ];
    return value ? { texts: [{ code, value, language: `${language}-${country}`, rank: 1 }] } : {};
  });
}
