/** Small releases of code systems in their published file formats, as tests make them: a few concepts each, files by name. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

export type Files = Readonly<Record<string, string>>;

const tabbed = (head: string, rows: readonly (readonly string[])[]): string =>
  [head.split(' '), ...rows].map((row) => `${row.join('\t')}\r\n`).join('');

const CORE = '900000000000207008';
const [FSN, SYNONYM] = ['900000000000003001', '900000000000013009'];
const [US, GB, ES] = ['900000000000509007', '900000000000508004', '450828004'];

interface SnomedConcept {
  readonly id: string;
  readonly name: string;
  readonly tag: string;
  readonly isA?: readonly string[];
  readonly spanish?: string;
  readonly british?: string;
  readonly inactive?: boolean;
  /** Attribute → value. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export const SNOMED_CONCEPTS: readonly SnomedConcept[] = [
  { id: '138875005', name: 'SNOMED CT Concept', tag: 'SNOMED RT+CTV3' },
  { id: '404684003', name: 'Clinical finding', tag: 'finding', isA: ['138875005'] },
  { id: '64572001', name: 'Disease', tag: 'disorder', isA: ['404684003'], spanish: 'enfermedad' },
  {
    id: '73211009',
    name: 'Diabetes mellitus',
    tag: 'disorder',
    isA: ['64572001'],
    spanish: 'diabetes mellitus (trastorno)',
    attributes: { '363698007': '113331007' },
  },
  { id: '44054006', name: 'Type 2 diabetes mellitus', tag: 'disorder', isA: ['73211009'] },
  {
    id: '34000006',
    name: "Crohn's disease",
    tag: 'disorder',
    isA: ['64572001'],
    british: 'Regional enteritis',
  },
  { id: '113331007', name: 'Endocrine system structure', tag: 'body structure', isA: ['138875005'] },
  { id: '243796009', name: 'Situation with explicit context', tag: 'situation', isA: ['138875005'] },
  { id: '272379006', name: 'Event', tag: 'event', isA: ['138875005'] },
  { id: '308335008', name: 'Patient encounter procedure', tag: 'procedure', isA: ['138875005'] },
  { id: '185349003', name: 'Encounter for check up', tag: 'procedure', isA: ['308335008'] },
  { id: '160245001', name: 'No current problems', tag: 'situation', isA: ['243796009'] },
  { id: '190388001', name: 'Retired kind of diabetes', tag: 'disorder', inactive: true },
  { id: '450970008', name: 'General practice set', tag: 'foundation metadata concept', isA: ['138875005'] },
  { id: '816080008', name: 'Patient summary set', tag: 'foundation metadata concept', isA: ['138875005'] },
];

/** Reference set → what is in it. */
const SETS: readonly (readonly [set: string, code: string, active: string])[] = [
  ['450970008', '44054006', '1'],
  ['450970008', '34000006', '1'],
  ['450970008', '185349003', '0'],
  ['816080008', '44054006', '1'],
  ['816080008', '308335008', '1'],
];

export function snomedFiles(
  concepts: readonly SnomedConcept[] = SNOMED_CONCEPTS,
  edition = 'INT',
  date = '20240101',
): Files {
  const descriptions: string[][] = [];
  const preferred: string[][] = [];
  const relationships: string[][] = [];
  let next = 1000;
  const number = (): string => {
    next += 1;
    return `${next}0${String(next).slice(-2)}`;
  };
  const describe = (
    id: string,
    language: string,
    type: string,
    text: string,
    sets: readonly string[],
  ): void => {
    const own = number();
    descriptions.push([own, date, '1', CORE, id, language, type, text, '900000000000448009']);
    for (const set of sets)
      preferred.push([`${own}-${set}`, date, '1', CORE, set, own, '900000000000548007']);
  };
  for (const { id, name, tag, isA = [], spanish, british, attributes = {} } of concepts) {
    describe(id, 'en', FSN, `${name} (${tag})`, [US, GB]);
    describe(id, 'en', SYNONYM, name, british ? [US] : [US, GB]);
    if (british) describe(id, 'en', SYNONYM, british, [GB]);
    if (spanish) describe(id, 'es', SYNONYM, spanish, [ES]);
    for (const parent of isA)
      relationships.push([
        number(),
        date,
        '1',
        CORE,
        id,
        parent,
        '0',
        '116680003',
        '900000000000011006',
        '900000000000451002',
      ]);
    for (const [type, value] of Object.entries(attributes))
      relationships.push([
        number(),
        date,
        '1',
        CORE,
        id,
        value,
        '1',
        type,
        '900000000000011006',
        '900000000000451002',
      ]);
  }
  relationships.push([
    number(),
    date,
    '0',
    CORE,
    '44054006',
    '404684003',
    '0',
    '116680003',
    '900000000000011006',
    '900000000000451002',
  ]);
  const at = `SnomedCT_${edition}/Snapshot`;
  return {
    [`${at}/Terminology/sct2_Concept_Snapshot_${edition}_${date}.txt`]: tabbed(
      'id effectiveTime active moduleId definitionStatusId',
      concepts.map(({ id, inactive }) => [
        id,
        date,
        inactive ? '0' : '1',
        CORE,
        id === '44054006' ? '900000000000073002' : '900000000000074008',
      ]),
    ),
    [`${at}/Terminology/sct2_Description_Snapshot-en_${edition}_${date}.txt`]: tabbed(
      'id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId',
      descriptions,
    ),
    [`${at}/Terminology/sct2_Relationship_Snapshot_${edition}_${date}.txt`]: tabbed(
      'id effectiveTime active moduleId sourceId destinationId relationshipGroup typeId characteristicTypeId modifierId',
      relationships,
    ),
    [`${at}/Refset/Language/der2_cRefset_LanguageSnapshot-en_${edition}_${date}.txt`]: tabbed(
      'id effectiveTime active moduleId refsetId referencedComponentId acceptabilityId',
      preferred,
    ),
    [`${at}/Refset/Content/der2_Refset_SimpleSnapshot_${edition}_${date}.txt`]: tabbed(
      'id effectiveTime active moduleId refsetId referencedComponentId',
      SETS.map(([set, code, active]) => [`${set}-${code}`, date, active, CORE, set, code]),
    ),
  };
}

const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`).join('');

const LOINC_HEAD =
  'LOINC_NUM COMPONENT PROPERTY TIME_ASPCT SYSTEM SCALE_TYP METHOD_TYP CLASS STATUS CLASSTYPE SHORTNAME LONG_COMMON_NAME RELATEDNAMES2 EXTERNAL_COPYRIGHT_NOTICE';

const PART_LINK_HEAD =
  'LoincNumber LongCommonName PartNumber PartName PartCodeSystem PartTypeName LinkTypeName Property';
const partLink = (term: string, part: string, type: string, link: string, property: string): string[] => [
  term,
  '',
  part,
  '',
  'http://loinc.org',
  type,
  link,
  `http://loinc.org/property/${property}`,
];

export const loincFiles = (): Files => ({
  'Loinc_2.78/LoincTable/Loinc.csv': csv([
    LOINC_HEAD.split(' '),
    [
      '4548-4',
      'Hemoglobin A1c/Hemoglobin.total',
      'MFr',
      'Pt',
      'Bld',
      'Qn',
      '',
      'HEM/BC',
      'ACTIVE',
      '1',
      'HbA1c MFr Bld',
      'Hemoglobin A1c/Hemoglobin.total in Blood',
      'A1c; "Glyco"; Hb',
      '',
    ],
    [
      '2345-7',
      'Glucose',
      'MCnc',
      'Pt',
      'Ser/Plas',
      'Qn',
      '',
      'CHEM',
      'ACTIVE',
      '1',
      'Glucose SerPl-mCnc',
      'Glucose [Mass/volume] in Serum or Plasma',
      'Glu',
      '',
    ],
    [
      '11488-4',
      'Consultation note',
      'Find',
      'Pt',
      '{Setting}',
      'Doc',
      '{Role}',
      'DOC.ONTOLOGY',
      'ACTIVE',
      '2',
      'Consult note',
      'Consult note',
      '',
      '',
    ],
    [
      '44249-1',
      'PHQ-9 quick depression assessment panel',
      '-',
      'Pt',
      '^Patient',
      '-',
      'Reported.PHQ',
      'PANEL.SURVEY.PHQ',
      'ACTIVE',
      '4',
      'PHQ-9',
      'PHQ-9 quick depression assessment panel',
      '',
      'Copyright of others',
    ],
    [
      '1-8',
      'Acyclovir',
      'Susc',
      'Pt',
      'Isolate',
      'OrdQn',
      '',
      'ABXBACT',
      'DEPRECATED',
      '1',
      'Acyclovir',
      'Acyclovir [Susceptibility]',
      '',
      '',
    ],
  ]),
  'Loinc_2.78/AccessoryFiles/PartFile/Part.csv': csv([
    ['PartNumber', 'PartTypeName', 'PartName', 'PartDisplayName', 'Status'],
    ['LP32888-7', 'SCALE', 'Doc', 'Document', 'ACTIVE'],
    ['LP7753-9', 'SCALE', 'Qn', 'Qn', 'ACTIVE'],
    ['LP7786-9', 'CLASS', 'CHEM', 'Chemistry', 'ACTIVE'],
    ['LP6118-6', 'COMPONENT', 'Old', '', 'DEPRECATED'],
  ]),
  'Loinc_2.78/AccessoryFiles/PartFile/LoincPartLink_Primary.csv': csv([
    PART_LINK_HEAD.split(' '),
    partLink('11488-4', 'LP32888-7', 'SCALE', 'Primary', 'SCALE_TYP'),
    partLink('4548-4', 'LP7753-9', 'SCALE', 'Primary', 'SCALE_TYP'),
    partLink('2345-7', 'LP7753-9', 'SCALE', 'Primary', 'SCALE_TYP'),
  ]),
  'Loinc_2.78/AccessoryFiles/PartFile/LoincPartLink_Supplementary.csv': csv([
    PART_LINK_HEAD.split(' '),
    partLink('2345-7', 'LP7786-9', 'CLASS', 'Metadata', 'CLASS'),
  ]),
  'Loinc_2.78/AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv': csv([
    ['PATH_TO_ROOT', 'SEQUENCE', 'IMMEDIATE_PARENT', 'CODE', 'CODE_TEXT'],
    ['', '1', '', 'LP29693-6', 'Laboratory'],
    ['LP29693-6', '1', 'LP29693-6', 'LP7786-9', 'Chemistry'],
    ['LP29693-6.LP7786-9', '1', 'LP7786-9', '2345-7', 'Glucose'],
    ['LP29693-6', '2', 'LP29693-6', '4548-4', 'HbA1c'],
  ]),
  'Loinc_2.78/AccessoryFiles/AnswerFile/AnswerList.csv': csv([
    ['AnswerListId', 'AnswerListName', 'AnswerStringId', 'SequenceNumber', 'DisplayText'],
    ['LL358-3', 'PHQ-9', 'LA6568-5', '1', 'Not at all'],
    ['LL358-3', 'PHQ-9', 'LA6569-3', '2', 'Several days'],
    ['LL1162-8', 'Other', 'LA6568-5', '1', 'Not at all'],
  ]),
  'Loinc_2.78/AccessoryFiles/AnswerFile/LoincAnswerListLink.csv': csv([
    ['LoincNumber', 'LongCommonName', 'AnswerListId', 'AnswerListName'],
    ['44249-1', 'PHQ-9', 'LL358-3', 'PHQ-9'],
  ]),
  'Loinc_2.78/AccessoryFiles/LinguisticVariants/esMX28LinguisticVariant.csv': csv([
    ['LOINC_NUM', 'COMPONENT', 'LONG_COMMON_NAME'],
    ['2345-7', 'Glucosa', 'Glucosa en suero o plasma'],
  ]),
});

const piped = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join('');
const atom = (code: string, kind: string, text: string, suppressed = 'N', source = 'RXNORM'): string =>
  `${code}|ENG||||||${code}1||${code}|${code}|${source}|${kind}|${code}|${text}||${suppressed}|4096|`;
const relation = (one: string, rel: string, two: string, attribute: string): string =>
  `${one}||CUI|${rel}|${two}||CUI|${attribute}|||RXNORM|RXNORM||||||`;

export const rxNormFiles = (): Files => ({
  'RxNorm_full_09032024/rrf/RXNCONSO.RRF': piped([
    atom('6809', 'IN', 'metformin'),
    atom('6809', 'IN', 'METFORMIN', 'N', 'VANDF'),
    atom('860975', 'SY', 'metformin XR 500 MG'),
    atom('860975', 'SCD', '24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet'),
    atom('860978', 'SBD', '24 HR metformin 500 MG Extended Release Oral Tablet [Glucophage]'),
    atom('372804', 'SCDF', 'metformin Extended Release Oral Tablet'),
    atom('105376', 'SCD', 'Obsolete metformin 1 G', 'O'),
  ]),
  'RxNorm_full_09032024/rrf/RXNREL.RRF': piped([
    relation('372804', 'RN', '860975', 'isa'),
    relation('860975', 'RN', '860978', 'tradename_of'),
    relation('6809', 'RO', '860975', 'has_ingredient'),
    'x||AUI|RO|y||AUI|has_form|||SNOMEDCT_US|||||||',
  ]),
  'RxNorm_full_09032024/rrf/RXNSAT.RRF': piped([
    '860975|||8609751|AUI|860975|||RXN_AVAILABLE_STRENGTH|RXNORM|500 MG|N|4096|',
    '860975|||8609751|AUI|860975|||OTHER|VANDF|x|N|4096|',
  ]),
});

const icdLine = (order: number, code: string, billed: 0 | 1, text: string, long = text): string =>
  `${String(order).padStart(5, '0')} ${code.padEnd(7)} ${billed} ${text.slice(0, 60).padEnd(60)} ${long}\r\n`;

export const icd10CmFiles = (): Files => ({
  'icd10cm_order_2025.txt': [
    icdLine(1, 'A00', 0, 'Cholera'),
    icdLine(2, 'A000', 1, 'Cholera due to Vibrio cholerae 01, biovar cholerae'),
    icdLine(3, 'E11', 0, 'Type 2 diabetes mellitus'),
    icdLine(4, 'E116', 0, 'Type 2 diabetes mellitus with other specified complications'),
    icdLine(5, 'E1165', 1, 'Type 2 diabetes mellitus with hyperglycemia'),
    icdLine(6, 'E119', 1, 'Type 2 diabetes mellitus without complications'),
  ].join(''),
});

export function writeFiles(folder: string, files: Files): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A zip archive (APPNOTE.TXT), its files stored as they are. */
export function zipOf(files: Files): Buffer {
  const heads: Buffer[] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    heads.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, path]));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(heads.length, 8);
  end.writeUInt16LE(heads.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}
