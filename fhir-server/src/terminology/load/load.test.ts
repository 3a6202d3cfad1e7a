/** Releases into tables: one suite for both adapters. MongoDB where CONTRACT_MONGODB_URL names one. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Files,
  icd10CmFiles,
  loincFiles,
  rxNormFiles,
  SNOMED_CONCEPTS,
  snomedFiles,
  writeFiles,
  zipOf,
} from '../../../test/releases.ts';
import { tgzOf } from '../../../test/tgz.ts';
import { displayOf } from '../code-source.ts';
import { expandSet } from '../expand.ts';
import { createLoadedSystems } from '../loaded-systems.ts';
import { membershipOf } from '../membership.ts';
import { createStoredCanonicals } from '../stored.ts';
import { openMongodbTables } from '../tables/mongodb-tables.ts';
import { openSqliteTables } from '../tables/sqlite-tables.ts';
import type { TerminologyTables } from '../tables/tables.ts';
import { createTerminologies } from '../terminologies.ts';
import { loadRelease, releasesOf } from './load.ts';
import type { Named } from './release.ts';

interface Opened {
  readonly tables: TerminologyTables;
  /** As another process opens them. */
  again(): Promise<TerminologyTables>;
  close(): Promise<void>;
}

async function onSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-terminology-'));
  const tables = openSqliteTables(folder);
  return {
    tables,
    again: async () => openSqliteTables(folder),
    async close() {
      await tables.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const url = process.env.CONTRACT_MONGODB_URL;
async function onMongodb(): Promise<Opened> {
  const database = `terminology_${randomUUID().slice(0, 8)}`;
  const tables = await openMongodbTables(url as string, database);
  return {
    tables,
    again: () => openMongodbTables(url as string, database),
    async close() {
      await tables.close();
      const client = await new MongoClient(url as string).connect();
      await client.db(database).dropDatabase();
      await client.close();
    },
  };
}

const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const REQUEST = { words: [], offset: 0, count: undefined, activeOnly: false, limit: 1000 };

describe.each([['SQLite', onSqlite] as const, ...(url ? [['MongoDB', onMongodb] as const] : [])])(
  'on %s',
  (_, open) => {
    let opened: Opened;
    let folder: string;
    const known = () =>
      createTerminologies(
        createStoredCanonicals(async () => []),
        {
          loaded: createLoadedSystems(opened.tables),
        },
      );

    async function load(path: string, named: Named = {}, tables = opened.tables): Promise<string[]> {
      const said: string[] = [];
      for (const release of await releasesOf(path, named, (text) => said.push(text)))
        await loadRelease(tables, release);
      return said;
    }
    const loadFiles = (files: Files, named: Named = {}) =>
      load(writeFiles(mkdtempSync(join(folder, 'r-')), files), named);

    const find = async (system: string, code: string, version?: string) =>
      (await (await known().codeSystem(system, version))?.find([code]))?.get(code);
    const codes = async (
      system: string,
      filter: { property: string; op: string; value: string }[],
      request = {},
    ) => {
      const set = {
        resourceType: 'ValueSet',
        url: 'urn:v',
        compose: { include: [{ system, ...(filter.length > 0 ? { filter } : {}) }] },
      } as const;
      const { members } = await expandSet(known(), set, { ...REQUEST, ...request });
      return members.map(({ concept }) => concept.code).sort();
    };

    /** What a URL of SNOMED's own stands for. */
    const implicit = async (name: string): Promise<string[]> => {
      const set = await known().valueSet(`${SNOMED}?fhir_vs=${name}`);
      const { members } = await expandSet(known(), set as never, REQUEST);
      return members.map(({ concept }) => concept.code).sort();
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'wellspring-releases-'));
      opened = await open();
      writeFileSync(join(folder, 'snomed.zip'), zipOf(snomedFiles()));
      await load(join(folder, 'snomed.zip'));
      await loadFiles(loincFiles());
      await loadFiles(rxNormFiles());
      await loadFiles(icd10CmFiles());
    });
    afterAll(async () => {
      await opened.close();
      rmSync(folder, { recursive: true });
    });

    it('each release says what it is', async () => {
      const systems = await opened.tables.systems();
      expect(systems.map(({ url: of, version, concepts }) => [of, version, concepts]).sort()).toEqual([
        [ICD, '2025', 6],
        [LOINC, '2.78', 14],
        [SNOMED, `${SNOMED}/900000000000207008/version/20240101`, SNOMED_CONCEPTS.length],
        [RXNORM, '09032024', 5],
      ]);
    });

    it('of codes that are named beforehand those that pass the filters are told, and no others are looked at', async () => {
      const isA = [{ property: 'concept', op: 'is-a', value: '73211009' }];
      const among = new Map([[SNOMED, ['44054006', '34000006', '1']]]);
      expect(await codes(SNOMED, isA, { among, limit: 1 })).toEqual(['44054006']);
      expect(await codes(SNOMED, [], { among, limit: 2 })).toEqual(['34000006', '44054006']);
      expect(await codes(SNOMED, [], { among: new Map() })).toEqual([]);
      expect(await codes(ICD, [], { among: new Map([[ICD, ['e11.65']]]) })).toHaveLength(1);
    });

    it('SNOMED CT: names by language, properties, what is retired', async () => {
      const diabetes = await find(SNOMED, '73211009');
      expect(diabetes?.display).toBe('Diabetes mellitus');
      expect(diabetes && displayOf(diabetes, 'es-MX,en;q=0.5')).toBe('diabetes mellitus (trastorno)');
      expect(diabetes?.designations.map(({ value }) => value)).toContain('Diabetes mellitus (disorder)');
      expect(diabetes?.properties).toContainEqual({ code: '363698007', valueCode: '113331007' });
      expect((await find(SNOMED, '34000006'))?.display).toBe("Crohn's disease");
      expect((await find(SNOMED, '44054006'))?.properties).toEqual(
        expect.arrayContaining([
          { code: 'parent', valueCode: '73211009' },
          { code: 'sufficientlyDefined', valueBoolean: true },
        ]),
      );
      expect((await find(SNOMED, '190388001'))?.inactive).toBe(true);
      expect(await find(SNOMED, '1')).toBeUndefined();
      expect((await known().codeSystem(SNOMED, `${SNOMED}/900000000000207008`))?.version).toContain(
        '20240101',
      );
      expect(await known().codeSystem(SNOMED, 'other')).toBeUndefined();
    });

    it('SNOMED CT: reference sets, by a filter and by their implicit value sets', async () => {
      const inSet = (value: string, op = 'in') => codes(SNOMED, [{ property: 'concept', op, value }]);
      expect(await inSet('450970008')).toEqual(['34000006', '44054006']);
      expect(await inSet('450970008,816080008')).toEqual(['308335008', '34000006', '44054006']);
      // What is in a set that was not loaded is no guess.
      await expect(inSet('999000041000000102')).rejects.toThrow("'concept in'");
      const disease = { property: 'concept', op: 'is-a', value: '64572001' };
      expect(await codes(SNOMED, [disease, { property: 'concept', op: 'in', value: '816080008' }])).toEqual([
        '44054006',
      ]);
      expect(await implicit('refset/816080008')).toEqual(['308335008', '44054006']);
      expect(await implicit('refset')).toEqual(['450970008', '816080008']);
      expect(
        await membershipOf(known(), (await known().valueSet(`${SNOMED}?fhir_vs=refset/450970008`)) as never, {
          system: SNOMED,
          code: '185349003',
        }),
      ).toMatchObject({ is: false });
    });

    it.each([
      ['44054006', ['44054006']],
      ['44054006 |Type 2 diabetes mellitus|', ['44054006']],
      ['<73211009', ['44054006']],
      ['<< 73211009 |Diabetes mellitus|', ['44054006', '73211009']],
      ['<!64572001', ['34000006', '73211009']],
      ['<<!64572001', ['34000006', '64572001', '73211009']],
      ['>73211009', ['138875005', '404684003', '64572001']],
      ['>> 404684003', ['138875005', '404684003']],
      ['^816080008', ['308335008', '44054006']],
      ['<64572001 AND ^816080008', ['44054006']],
      ['<< 73211009 or 34000006', ['34000006', '44054006', '73211009']],
      ['<<64572001 MINUS <<73211009', ['34000006', '64572001']],
      ['(<<73211009 OR 34000006) AND ^450970008', ['34000006', '44054006']],
      ['<<64572001 : 363698007 |Finding site| = 113331007', ['73211009']],
      ['* : 363698007 = 113331007', ['73211009']],
    ] as const)('SNOMED CT: the expression constraint %s', async (ecl, expected) => {
      expect(await codes(SNOMED, [{ property: 'constraint', op: '=', value: ecl }])).toEqual(expected);
      expect(await implicit(`ecl/${ecl}`)).toEqual(expected);
      expect(await implicit(`ecl/${encodeURIComponent(ecl)}`)).toEqual(expected);
      for (const { id } of SNOMED_CONCEPTS) {
        const set = (await known().valueSet(`${SNOMED}?fhir_vs=ecl/${ecl}`)) as never;
        const { is } = await membershipOf(known(), set, { system: SNOMED, code: id });
        expect(is, id).toBe((expected as readonly string[]).includes(id));
      }
    });

    it.each([
      '<<64572001 : 363698007 = <<113331007',
      '<<64572001 : { 363698007 = 113331007 }',
      '<<73211009 AND 34000006 OR 44054006',
      '(<<64572001 MINUS 73211009) OR 34000006',
      '<<',
      'diabetes',
      '<<73211009)',
    ])('SNOMED CT: what filters can not say of %s is no guess', async (ecl) => {
      await expect(codes(SNOMED, [{ property: 'constraint', op: '=', value: ecl }])).rejects.toThrow(
        "'constraint ='",
      );
    });

    it('SNOMED CT: the hierarchy, down, up and by attribute', async () => {
      const isA = (value: string, op = 'is-a') => codes(SNOMED, [{ property: 'concept', op, value }]);
      expect(await isA('64572001')).toEqual(['34000006', '44054006', '64572001', '73211009']);
      expect(await isA('64572001', 'descendent-of')).toEqual(['34000006', '44054006', '73211009']);
      expect(await isA('64572001', 'child-of')).toEqual(['34000006', '73211009']);
      expect(await isA('44054006', 'generalizes')).toEqual([
        '138875005',
        '404684003',
        '44054006',
        '64572001',
        '73211009',
      ]);
      expect(await isA('138875005', 'is-not-a')).toEqual(['190388001']);
      expect(await codes(SNOMED, [{ property: '363698007', op: '=', value: '113331007' }])).toEqual([
        '73211009',
      ]);
      const both = [
        { property: '363698007', op: 'exists', value: 'true' },
        { property: 'concept', op: 'is-a', value: '64572001' },
      ];
      expect(await codes(SNOMED, both)).toEqual(['73211009']);
      const above = await (await known().codeSystem(SNOMED))?.ancestors(['44054006', '138875005']);
      expect([...(above?.get('44054006') ?? [])].sort()).toEqual([
        '138875005',
        '404684003',
        '64572001',
        '73211009',
      ]);
      expect([...(above?.get('138875005') ?? [1])]).toEqual([]);
    });

    it('text is found by the beginnings of its words, in any language, page by page', async () => {
      const words = (text: string) => ({ words: text.split(' ') });
      expect(await codes(SNOMED, [], words('mell diab'))).toEqual(['44054006', '73211009']);
      expect(await codes(SNOMED, [], words('enferm'))).toEqual(['64572001']);
      expect(await codes(SNOMED, [], words('crohn'))).toEqual(['34000006']);
      expect(await codes(SNOMED, [], words('73211009'))).toEqual(['73211009']);
      expect(await codes(SNOMED, [], words('ellitus'))).toEqual([]);
      expect(
        await codes(SNOMED, [{ property: 'concept', op: 'descendent-of', value: '73211009' }], words('diab')),
      ).toEqual(['44054006']);
      expect(await codes(SNOMED, [], { ...words('diab'), activeOnly: false, limit: 100 })).toHaveLength(3);
      expect(await codes(LOINC, [], words('glyco'))).toEqual(['4548-4']);
    });

    it('LOINC: properties, parts above terms, answer lists, another language', async () => {
      expect(await codes(LOINC, [{ property: 'CLASSTYPE', op: '=', value: '1' }])).toEqual([
        '1-8',
        '2345-7',
        '4548-4',
      ]);
      expect(await codes(LOINC, [{ property: 'SCALE_TYP', op: '=', value: 'DOC' }])).toEqual(['11488-4']);
      expect(await codes(LOINC, [{ property: 'CLASS', op: 'regex', value: 'PANEL\\..*' }])).toEqual([
        '44249-1',
      ]);
      expect(await codes(LOINC, [{ property: 'ancestor', op: '=', value: 'LP29693-6' }])).toEqual([
        '2345-7',
        '4548-4',
        'LP7786-9',
      ]);
      expect(await codes(LOINC, [{ property: 'LIST', op: '=', value: 'LL358-3' }])).toEqual([
        'LA6568-5',
        'LA6569-3',
      ]);
      const glucose = await find(LOINC, '2345-7');
      expect(glucose && displayOf(glucose, 'es')).toBe('Glucosa en suero o plasma');
      expect((await find(LOINC, '1-8'))?.inactive).toBe(true);
      expect((await find(LOINC, 'lp7786-9'))?.display).toBe('Chemistry');
      expect((await find(LOINC, '44249-1'))?.properties).toContainEqual({
        code: 'answer-list',
        valueCode: 'LL358-3',
      });
    });

    it('LOINC: terms by their parts, as US Core 8 names them, and by whose copyright they are', async () => {
      const by = (property: string, value: string, op = '=') => codes(LOINC, [{ property, op, value }]);
      expect(await by('SCALE_TYP', 'LP32888-7')).toEqual(['11488-4']);
      expect(await by('SCALE_TYP', 'LP32888-7,LP7753-9', 'in')).toEqual(['11488-4', '2345-7', '4548-4']);
      expect(await by('SCALE_TYP', 'Doc')).toEqual(['11488-4']);
      expect(await by('CLASS', 'LP7786-9')).toEqual(['2345-7']);
      expect(await by('copyright', '3rdParty')).toEqual(['44249-1']);
      expect(await by('copyright', 'LOINC')).toHaveLength(4);
      const part = await find(LOINC, 'LP32888-7');
      expect(part).toMatchObject({ display: 'Document', abstract: true, inactive: false });
      expect(await find(LOINC, 'LP6118-6')).toMatchObject({ display: 'Old', inactive: true });
      expect(await find(LOINC, 'LP7786-9')).toMatchObject({ display: 'Chemistry' });
      await expect(by('SCALE_TYP', 'LP99999-9')).rejects.toThrow('does not have');
      await expect(by('SCALE_TYP', 'Doc,LP99999-9', 'in')).rejects.toThrow('does not have');
    });

    it('what a release does not have can not be told of its concepts, what it says that they may have is', async () => {
      const by = (system: string, property: string, value: string, op = '=') =>
        codes(system, [{ property, op, value }]);
      for (const system of [SNOMED, LOINC, RXNORM, ICD])
        for (const op of ['=', 'in', 'regex', 'exists'])
          await expect(by(system, 'nonsense', 'true', op)).rejects.toThrow("'nonsense");
      expect(await by(LOINC, 'DOCUMENT_SECTION', 'x')).toEqual([]);
      expect(await by(SNOMED, '272379006', 'x')).toEqual([]);
      const system = {
        resourceType: 'CodeSystem',
        url: 'urn:said',
        status: 'active',
        content: 'complete',
        property: [{ code: 'shade', type: 'string' }],
        concept: [{ code: 'a' }],
      };
      await loadFiles({ 'said.json': JSON.stringify(system) });
      expect(await by('urn:said', 'shade', 'x')).toEqual([]);
      await expect(by('urn:said', 'colour', 'x')).rejects.toThrow("'colour =");
    });

    it('a number is filtered by its value, a moment in any time zone, a text as it is written', async () => {
      const property = (code: string, member: string, value: unknown) => ({
        code,
        [`value${member}`]: value,
      });
      const concept = [
        { code: 'd', property: [property('weight', 'Decimal', 1.5)] },
        { code: 'i', property: [property('weight', 'Integer', 1)] },
        { code: 't', property: [property('since', 'DateTime', '2020-01-01T10:00:00Z')] },
        { code: 's', property: [property('shade', 'String', '1.5')] },
      ];
      const system = { resourceType: 'CodeSystem', url: 'urn:typed', status: 'active', content: 'complete' };
      await loadFiles({ 'typed.json': JSON.stringify({ ...system, concept }) });
      const by = (name: string, op: string, value: string) =>
        codes('urn:typed', [{ property: name, op, value }]);
      expect(await by('weight', '=', '1.50')).toEqual(['d']);
      expect(await by('weight', 'in', '01,15e-1')).toEqual(['d', 'i']);
      expect(await by('since', '=', '2020-01-01T11:00:00+01:00')).toEqual(['t']);
      expect(await by('shade', '=', '1.50')).toEqual([]);
    });

    it('a neighbour in the hierarchy that is no code is a slip of the pen, not a set of nothing', async () => {
      const by = (property: string, op: string, value: string) => codes(ICD, [{ property, op, value }]);
      expect(await by('parent', '=', 'e11')).toEqual(['E11.6', 'E11.9']);
      expect(await by('child', 'in', 'E11.65,A00.0')).toEqual(['A00', 'E11.6']);
      for (const property of ['parent', 'child'])
        for (const [op, value] of [
          ['=', 'E99'],
          ['in', 'E11,E99'],
          ['not-in', 'E99'],
        ] as const)
          await expect(by(property, op, value)).rejects.toThrow("names 'E99'");
    });

    it('SNOMED CT: the module and the definition that nearly all have, and expressions, of which there are none', async () => {
      const by = (property: string, value: string) =>
        codes(SNOMED, [
          { property: 'concept', op: 'is-a', value: '73211009' },
          { property, op: '=', value },
        ]);
      expect(await by('moduleId', '900000000000207008')).toEqual(['44054006', '73211009']);
      expect(await by('moduleId', '731000124108')).toEqual([]);
      expect(await by('sufficientlyDefined', 'true')).toEqual(['44054006']);
      expect(await by('sufficientlyDefined', 'false')).toEqual(['73211009']);
      for (const value of ['true', 'false'])
        expect(await by('expressions', value)).toEqual(['44054006', '73211009']);
      expect(await codes(SNOMED, [{ property: 'moduleId', op: '=', value: '900000000000207008' }])).toEqual(
        SNOMED_CONCEPTS.map(({ id }) => id).sort(),
      );
      const set = {
        resourceType: 'ValueSet',
        url: 'urn:v',
        compose: {
          include: [{ system: SNOMED, filter: [{ property: 'expressions', op: '=', value: 'false' }] }],
        },
      } as const;
      expect((await membershipOf(known(), set, { system: SNOMED, code: '44054006' })).is).toBe(true);
    });

    it('RxNorm: what stands in a relation to a concept, named as R4 names it', async () => {
      const by = (value: string) => codes(RXNORM, [{ property: 'has_ingredient', op: '=', value }]);
      expect(await by('CUI:6809')).toEqual(['860975']);
      expect(await by('6809')).toEqual(['860975']);
      await expect(by('AUI:6809')).rejects.toThrow('names an atom');
    });

    it('RxNorm: names and kinds, relations between concepts, attributes of its own', async () => {
      const tablet = await find(RXNORM, '860975');
      expect(tablet?.display).toBe('24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet');
      expect(tablet?.properties).toEqual(
        expect.arrayContaining([
          { code: 'TTY', valueString: 'SCD' },
          { code: 'parent', valueCode: '372804' },
          { code: 'has_ingredient', valueCode: '6809' },
          { code: 'RXN_AVAILABLE_STRENGTH', valueString: '500 MG' },
        ]),
      );
      expect(tablet?.properties).not.toContainEqual(expect.objectContaining({ code: 'OTHER' }));
      expect(
        await codes(RXNORM, [{ property: 'TTY', op: 'in', value: 'SCD,SBD' }], { activeOnly: true }),
      ).toEqual(['860975', '860978']);
      expect((await find(RXNORM, '6809'))?.designations).toHaveLength(1);
    });

    it('ICD-10-CM: dotted codes, headings, what they stand below', async () => {
      expect(await find(ICD, 'E11.65')).toMatchObject({
        display: 'Type 2 diabetes mellitus with hyperglycemia',
        abstract: false,
        properties: [
          { code: 'notSelectable', valueBoolean: false },
          { code: 'parent', valueCode: 'E11.6' },
        ],
      });
      expect(await codes(ICD, [{ property: 'notSelectable', op: '=', value: 'false' }])).toContain('E11.65');
      expect((await find(ICD, 'e11'))?.abstract).toBe(true);
      expect(await codes(ICD, [{ property: 'concept', op: 'is-a', value: 'E11' }])).toEqual([
        'E11',
        'E11.6',
        'E11.65',
        'E11.9',
      ]);
    });

    it('membership is told without listing the set', async () => {
      const set = (op: string, value: string) =>
        ({
          resourceType: 'ValueSet',
          url: 'urn:v',
          compose: { include: [{ system: SNOMED, filter: [{ property: 'concept', op, value }] }] },
        }) as const;
      const is = async (op: string, value: string, code: string) =>
        (await membershipOf(known(), set(op, value), { system: SNOMED, code })).is;
      expect(await is('is-a', '404684003', '44054006')).toBe(true);
      expect(await is('is-a', '243796009', '44054006')).toBe(false);
      expect(await is('is-not-a', '64572001', '272379006')).toBe(true);
      expect(await is('generalizes', '44054006', '64572001')).toBe(true);
      expect(await is('in', '700043003', '44054006')).toBeUndefined();
    });

    it('FHIR code systems of json, ndjson and packages; what is not whole is left out, and said', async () => {
      const system = (name: string, content = 'complete') => ({
        concept: [
          {
            code: 'a',
            display: 'A',
            concept: [{ code: 'b', property: [{ code: 'weight', valueInteger: 3 }] }],
          },
        ],
        resourceType: 'CodeSystem',
        url: `urn:cs:${name}`,
        version: '1',
        content,
      });
      const said = await loadFiles({
        'x/one.json': JSON.stringify(system('one')),
        'x/two.ndjson': `${JSON.stringify(system('two'))}\n${JSON.stringify(system('part', 'fragment'))}\n`,
      });
      expect(said).toEqual(['Left out: CodeSystem urn:cs:part (fragment).']);
      writeFileSync(
        join(folder, 'p.tgz'),
        tgzOf({
          'package/package.json': '{"name":"p","version":"1.0.0"}',
          'package/CodeSystem-three.json': JSON.stringify(system('three')),
          'package/ValueSet-x.json': JSON.stringify({ resourceType: 'ValueSet', url: 'urn:vs' }),
        }),
      );
      expect((await load(join(folder, 'p.tgz')))[0]).toContain('1 resources');
      for (const name of ['one', 'two', 'three'])
        expect((await find(`urn:cs:${name}`, 'b'))?.properties).toEqual([
          { code: 'parent', valueCode: 'a' },
          { code: 'weight', valueInteger: 3 },
        ]);
      await expect(loadFiles({ 'bad.json': '{"resourceType":' })).rejects.toThrow('is not JSON');
      await expect(loadFiles({ 'other.txt': 'x' })).rejects.toThrow('no release that is known');
      await expect(load(join(folder, 'nothing'))).rejects.toThrow('is not there');
    });

    it('a load that was cut off goes on where it was, and is not seen before it is whole', async () => {
      const release = (
        await releasesOf(writeFiles(mkdtempSync(join(folder, 'r-')), icd10CmFiles()), { version: 'cut' })
      )[0];
      if (!release) throw new Error('no release');
      const { parts, ...head } = release;
      const begun = await opened.again();
      const first = await begun.begin(head);
      let record = 0;
      const rows = [];
      for await (const each of (parts[0] as (typeof parts)[number]).records()) {
        record += 1;
        if (record <= 4) rows.push({ ...each, part: 0, record });
      }
      await first.add(rows.slice(0, 3), { part: 0, record: 3 });
      // Written, and cut off before its position was: once more makes no difference where there is no transaction.
      if (_ === 'MongoDB') await first.add(rows.slice(3), { part: 0, record: 3 });
      await first.stop();
      await begun.close();
      expect((await opened.tables.systems()).some(({ version }) => version === 'cut')).toBe(false);
      const { concepts } = await loadRelease(opened.tables, release);
      expect(concepts).toBe(6);
      const found = await find(ICD, 'E11.6', 'cut');
      expect(found?.designations).toHaveLength(1);
      expect(found?.properties).toEqual([
        { code: 'notSelectable', valueBoolean: true },
        { code: 'parent', valueCode: 'E11' },
      ]);
    });

    it('case counts in a FHIR code system where it says so, as in one that is stored', async () => {
      const system = (url: string, more: object) => ({
        resourceType: 'CodeSystem',
        url,
        status: 'active',
        content: 'complete',
        concept: [
          { code: 'Red', display: 'Red', concept: [{ code: 'Dark-Red' }] },
          { code: 'pink', property: [{ code: 'status', valueCode: 'active' }] },
        ],
        ...more,
      });
      const open = { 'open.json': JSON.stringify(system('urn:open', {})) };
      const strict = { 'strict.ndjson': JSON.stringify(system('urn:strict', { caseSensitive: true })) };
      await loadFiles(open);
      await loadFiles(strict);
      const codeOf = async (url: string, code: string) => (await find(url, code))?.code;
      for (const code of ['Red', 'red', 'RED', 'rED']) expect(await codeOf('urn:open', code)).toBe('Red');
      expect(await codeOf('urn:open', 'PINK')).toBe('pink');
      expect(await codeOf('urn:open', 'blue')).toBeUndefined();
      expect(await codeOf('urn:strict', 'red')).toBeUndefined();
      expect(await codeOf('urn:strict', 'Red')).toBe('Red');
      expect((await find('urn:open', 'PINK'))?.properties).toEqual([{ code: 'status', valueCode: 'active' }]);
      const below = [{ property: 'concept', op: 'is-a', value: 'rEd' }];
      expect(await codes('urn:open', below)).toEqual(['Dark-Red', 'Red']);
      expect(await codes('urn:open', [{ property: 'concept', op: '=', value: 'dark-red' }])).toEqual([
        'Dark-Red',
      ]);
      await expect(codes('urn:strict', below)).rejects.toMatchObject({ status: 422 });
    });

    it('where case does not count, concepts may name each other in any; where it does, only as they are written', async () => {
      const system = (url: string, caseSensitive: boolean) => ({
        resourceType: 'CodeSystem',
        url,
        status: 'active',
        content: 'complete',
        caseSensitive,
        property: [
          { code: 'child', type: 'code' },
          { code: 'wider', type: 'code', uri: 'http://hl7.org/fhir/concept-properties#parent' },
        ],
        concept: [
          { code: 'thumb', property: [{ code: 'wider', valueCode: 'HAND' }] },
          { code: 'arm', property: [{ code: 'child', valueCode: 'NAIL' }], concept: [{ code: 'hand' }] },
          { code: 'nail' },
        ],
      });
      await loadFiles({ 'any.json': JSON.stringify(system('urn:any-case', false)) });
      await loadFiles({ 'any.ndjson': JSON.stringify({ ...system('urn:any-case', false), version: '2' }) });
      await loadFiles({ 'own.json': JSON.stringify(system('urn:own-case', true)) });
      const by = (url: string, op: string, value: string, property = 'concept') =>
        codes(url, [{ property, op, value }]);
      expect(await by('urn:any-case', 'is-a', 'ARM')).toEqual(['arm', 'hand', 'nail', 'thumb']);
      expect(await by('urn:any-case', 'generalizes', 'Thumb')).toEqual(['arm', 'hand', 'thumb']);
      expect(await by('urn:any-case', 'child-of', 'hand')).toEqual(['thumb']);
      expect(await by('urn:any-case', '=', 'nAil', 'child')).toEqual(['arm']);
      expect(await by('urn:own-case', 'is-a', 'arm')).toEqual(['arm', 'hand']);
      expect(await by('urn:own-case', 'child-of', 'hand')).toEqual([]);
      const source = async (url: string, version?: string) => known().codeSystem(url, version);
      for (const version of [undefined, '2'])
        expect(
          [...((await (await source('urn:any-case', version))?.children('Arm', 9)) ?? [])].sort(),
        ).toEqual(['hand', 'nail']);
      expect(await (await source('urn:own-case'))?.children('hand', 9)).toEqual([]);
      expect((await find('urn:any-case', 'thumb'))?.properties).toContainEqual({
        code: 'wider',
        valueCode: 'hand',
      });
    });

    it('what is deprecated may still be used, and the display is in the language of its system', async () => {
      const system = {
        resourceType: 'CodeSystem',
        url: 'urn:teas',
        language: 'en',
        status: 'active',
        content: 'complete',
        concept: [
          { code: 'GREEN', display: 'Green', designation: [{ language: 'en', value: 'Gunpowder' }] },
          { code: 'OLD', property: [{ code: 'status', valueCode: 'deprecated' }] },
          { code: 'GONE', property: [{ code: 'status', valueCode: 'retired' }] },
        ],
      };
      await loadFiles({ 'teas.json': JSON.stringify(system) });
      expect(await codes('urn:teas', [], { activeOnly: true })).toEqual(['GREEN', 'OLD']);
      const green = await find('urn:teas', 'GREEN');
      expect(green && displayOf(green, 'en')).toBe('Green');
    });

    it('a hierarchy keeps what it means: of parts nothing is subsumed, of kinds all that it states in whatever way', async () => {
      const body = (name: string, more: object) => ({
        resourceType: 'CodeSystem',
        url: `urn:body:${name}`,
        status: 'active',
        content: 'complete',
        caseSensitive: true,
        property: [{ code: 'wider', type: 'code', uri: 'http://hl7.org/fhir/concept-properties#parent' }],
        concept: [
          {
            code: 'arm',
            property: [
              { code: 'child', valueCode: 'nail' },
              { code: 'child', valueCode: 'hand' },
            ],
            concept: [{ code: 'hand' }],
          },
          { code: 'thumb', property: [{ code: 'wider', valueCode: 'hand' }] },
          { code: 'paw', property: [{ code: 'subsumedBy', valueCode: 'hand' }] },
          { code: 'nail' },
        ],
        ...more,
      });
      const parts = body('parts', { hierarchyMeaning: 'part-of', valueSet: 'urn:vs:all-parts' });
      await loadFiles({ 'kinds.json': JSON.stringify(body('kinds', {})) });
      await loadFiles({ 'parts.json': JSON.stringify(parts) });
      await loadFiles({ 'lines.ndjson': JSON.stringify({ ...parts, url: 'urn:body:lines' }) });
      const by = (name: string, op: string, value: string) =>
        codes(`urn:body:${name}`, [{ property: 'concept', op, value }]);
      expect((await find('urn:body:kinds', 'hand'))?.properties).toEqual([
        { code: 'parent', valueCode: 'arm' },
      ]);
      expect(
        [...((await (await known().codeSystem('urn:body:kinds'))?.children('arm', 9)) ?? [])].sort(),
      ).toEqual(['hand', 'nail']);
      expect(await by('kinds', 'is-a', 'arm')).toEqual(['arm', 'hand', 'nail', 'paw', 'thumb']);
      expect(await by('kinds', 'generalizes', 'thumb')).toEqual(['arm', 'hand', 'thumb']);
      for (const name of ['parts', 'lines']) {
        expect(await by(name, 'is-a', 'arm')).toEqual(['arm']);
        expect(await by(name, 'is-a', 'hand')).toEqual(['hand', 'paw']);
        expect(await by(name, 'descendent-of', 'arm')).toEqual([]);
        expect(await by(name, 'generalizes', 'thumb')).toEqual(['thumb']);
        expect(await by(name, 'child-of', 'hand')).toEqual(['paw', 'thumb']);
        const source = await known().codeSystem(`urn:body:${name}`);
        expect([...((await source?.ancestors(['hand']))?.get('hand') ?? [])]).toEqual([]);
      }
      const all = await known().valueSet('urn:vs:all-parts');
      expect(all?.compose?.include.map(({ system }) => system?.split(':')[1])).toEqual(['body']);
    });

    it('a newer load takes the place of the older one of its version; the last loaded counts; what is removed is gone', async () => {
      await loadFiles(icd10CmFiles(), { version: 'cut' });
      const ours = async () => (await opened.tables.systems()).filter((each) => each.url === ICD);
      expect((await ours()).map(({ version }) => version)).toEqual(['cut', '2025']);
      expect((await known().codeSystem(ICD))?.version).toBe('cut');
      const [newest] = await ours();
      expect(await opened.tables.remove(newest?.id ?? '')).toBe(true);
      expect((await known().codeSystem(ICD))?.version).toBe('2025');
      expect(await opened.tables.remove('none')).toBe(false);
    });

    it('another process sees what was loaded', async () => {
      const other = await opened.again();
      expect((await other.systems()).map((each) => each.url)).toContain(SNOMED);
      await other.close();
    });

    it.runIf(_ === 'SQLite')('a file that is damaged takes no other with it', async () => {
      const own = mkdtempSync(join(folder, 'own-'));
      const tables = openSqliteTables(own);
      await load(writeFiles(mkdtempSync(join(folder, 'r-')), icd10CmFiles()), {}, tables);
      writeFileSync(join(own, 'damaged.sqlite'), 'not a database');
      expect((await tables.systems()).map((each) => each.url)).toEqual([ICD]);
      await load(writeFiles(mkdtempSync(join(folder, 'r-')), loincFiles()), {}, tables);
      expect(await tables.systems()).toHaveLength(2);
      await tables.close();
    });

    it('an edition whose module is not known asks for its version', async () => {
      await expect(loadFiles(snomedFiles(SNOMED_CONCEPTS, 'XX1000001'))).rejects.toThrow('--version');
    });
  },
);
