/** Code systems in MongoDB: three collections each, and one that says which are whole. */
import { randomBytes } from 'node:crypto';
import { type Collection, type Db, type Document, MongoBulkWriteError, type MongoClient } from 'mongodb';
import { connect } from '../../mongodb/connect.ts';
import {
  type Loading,
  type NumberedRows,
  type Position,
  type SystemHead,
  type TableConcept,
  type TableSystem,
  type TerminologyTables,
  type TextRow,
  wordsOf,
} from './tables.ts';

interface SystemDocument extends SystemHead {
  readonly _id: string;
  readonly ready: boolean;
  readonly concepts?: number;
  readonly loaded?: number;
  readonly position?: Position;
}
interface ConceptDocument {
  readonly _id: string;
  readonly definition?: string;
  readonly inactive?: boolean;
  readonly abstract?: boolean;
}
interface TextDocument extends TextRow {
  /** Part, record and place in it: what is written again is the same. */
  readonly _id: string;
  /** Its words. */
  readonly w: readonly string[];
}
interface PropertyDocument {
  readonly _id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  /** In lower case; `as` where it is written otherwise. */
  readonly value: string;
  readonly as?: string;
}

const BATCH = 500;
const DUPLICATE = 11_000;
/** For how long the list of systems counts. */
const LIST_MS = 2000;
/** Milliseconds on the server. */
const MAX_TIME_MS = 10_000;

export async function openMongodbTables(url: string, database: string): Promise<TerminologyTables> {
  const client = await connect(url);
  return tablesIn(client, client.db(database));
}

function tablesIn(client: MongoClient, db: Db): TerminologyTables {
  const registry = db.collection<SystemDocument>('terminology');
  const concepts = (id: string): Collection<ConceptDocument> => db.collection(`terminology_${id}_concept`);
  const texts = (id: string): Collection<TextDocument> => db.collection(`terminology_${id}_text`);
  const properties = (id: string): Collection<PropertyDocument> =>
    db.collection(`terminology_${id}_property`);
  let known: { readonly until: number; readonly systems: readonly TableSystem[] } | undefined;

  async function systems(): Promise<readonly TableSystem[]> {
    if (known && known.until > performance.now()) return known.systems;
    const found = await registry.find({ ready: true }).toArray();
    const list = found.map(tableSystem).sort((a, b) => b.loaded - a.loaded);
    known = { until: performance.now() + LIST_MS, systems: list };
    return list;
  }

  async function drop(id: string): Promise<void> {
    for (const each of [concepts(id), texts(id), properties(id)]) await each.drop().catch(() => false);
    await registry.deleteOne({ _id: id });
    known = undefined;
  }

  return {
    systems,
    async find(id, codes) {
      const among = { $in: [...codes] };
      const options = { maxTimeMS: MAX_TIME_MS };
      const [found, itsTexts, itsProperties] = await Promise.all([
        concepts(id).find({ _id: among }, options).toArray(),
        texts(id).find({ code: among }, options).toArray(),
        properties(id).find({ code: among }, options).toArray(),
      ]);
      const textsOf = Map.groupBy(itsTexts, ({ code }) => code);
      const propertiesOf = Map.groupBy(itsProperties, ({ code }) => code);
      return found.map(
        ({ _id: code, ...rest }): TableConcept => ({
          code,
          ...rest,
          texts: (textsOf.get(code) ?? []).sort((a, b) => a.rank - b.rank).map(({ _id, w, ...text }) => text),
          properties: (propertiesOf.get(code) ?? []).map(({ name, kind, value, as }) => ({
            code,
            name,
            kind: kind as never,
            value: as ?? value,
          })),
        }),
      );
    },
    async parents(id, codes, by = 'parent') {
      // By the code alone: an index on names would be walked over for this one.
      const found = await properties(id)
        .find({ code: { $in: [...codes] } }, { maxTimeMS: MAX_TIME_MS })
        .toArray();
      return found
        .filter(({ name }) => name === by)
        .map(({ code, value, as }) => [code, as ?? value] as const);
    },
    all: (id) => pagesOf(concepts(id), {}, '_id'),
    withProperty: (id, name, values) =>
      pagesOf(properties(id), { name, value: { $in: values.map((each) => each.toLowerCase()) } }, 'code'),
    hasProperty: async (id, name) =>
      (await properties(id).findOne({ name }, { projection: { _id: 1 }, maxTimeMS: MAX_TIME_MS })) !== null,
    async *withWords(id, words) {
      const begins = words.flatMap(wordsOf);
      if (begins.length > 0)
        yield* pagesOf(texts(id), { $and: begins.map((word) => ({ w: { $regex: `^${word}` } })) }, 'code');
    },
    async begin(head) {
      const same = { url: head.url, version: head.version ?? null } as never;
      const unfinished = await registry.findOne({ ...(same as object), ready: false } as never);
      const id = unfinished?._id ?? randomBytes(6).toString('hex');
      if (!unfinished)
        await registry.insertOne({ _id: id, ...head, version: head.version ?? null, ready: false } as never);
      return loading(id, head, unfinished?.position);
    },
    async remove(id) {
      const isThere = (await registry.findOne({ _id: id })) !== null;
      if (isThere) await drop(id);
      return isThere;
    },
    close: () => client.close(),
  };

  function loading(id: string, head: SystemHead, position: Position | undefined): Loading {
    return {
      position,
      stop: async () => undefined,
      async add(rows, at) {
        await Promise.all([
          insert(concepts(id), rows.flatMap(conceptDocuments)),
          insert(texts(id), rows.flatMap(textDocuments)),
          insert(properties(id), rows.flatMap(propertyDocuments)),
        ]);
        await registry.updateOne({ _id: id }, { $set: { position: at } });
      },
      async finish() {
        await texts(id).createIndexes([{ key: { code: 1 } }, { key: { w: 1 } }]);
        await properties(id).createIndexes([{ key: { code: 1 } }, { key: { name: 1, value: 1, code: 1 } }]);
        const count = await concepts(id).countDocuments();
        const older = await registry
          .find({ url: head.url, version: (head.version ?? null) as never, ready: true })
          .toArray();
        const done = { ready: true, concepts: count, loaded: Date.now() };
        await registry.updateOne({ _id: id }, { $set: done });
        for (const each of older) await drop(each._id);
        known = undefined;
        return { ...head, id, concepts: done.concepts, loaded: done.loaded };
      },
    };
  }
}

function tableSystem({
  _id: id,
  url,
  version,
  name,
  title,
  caseSensitive,
  hierarchyMeaning,
  valueSet,
  properties,
  concepts = 0,
  loaded = 0,
}: SystemDocument): TableSystem {
  return {
    id,
    url,
    version: version ?? undefined,
    name,
    title: title ?? undefined,
    caseSensitive,
    hierarchyMeaning: hierarchyMeaning ?? undefined,
    valueSet: valueSet ?? undefined,
    properties: properties ?? undefined,
    concepts,
    loaded,
  };
}

async function* pagesOf<T extends Document>(
  collection: Collection<T>,
  filter: object,
  member: '_id' | 'code',
): AsyncGenerator<readonly string[]> {
  const cursor = collection.find(filter as never, {
    projection: { [member]: 1, ...(member === '_id' ? {} : { _id: 0 }) },
    batchSize: BATCH,
    maxTimeMS: MAX_TIME_MS,
  });
  try {
    let page: string[] = [];
    for await (const document of cursor) {
      page.push(String((document as Record<string, unknown>)[member]));
      if (page.length < BATCH) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  } finally {
    await cursor.close();
  }
}

/** What was written before a crash is there already. */
async function insert<T extends Document>(collection: Collection<T>, documents: readonly T[]): Promise<void> {
  if (documents.length === 0) return;
  try {
    await collection.insertMany(documents as never, { ordered: false, writeConcern: { w: 1 } });
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const faults = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    if (faults.some(({ code }) => code !== DUPLICATE)) throw error;
  }
}

const conceptDocuments = ({ concepts = [] }: NumberedRows): ConceptDocument[] =>
  concepts.map(({ code, ...rest }) => ({ _id: code, ...rest }));

const textDocuments = ({ part, record, texts = [] }: NumberedRows): TextDocument[] =>
  texts.map((each, i) => ({ _id: `${part}:${record}:${i}`, ...each, w: wordsOf(each.value) }));

const propertyDocuments = ({ part, record, properties = [] }: NumberedRows): PropertyDocument[] =>
  properties.map(({ value: as, ...rest }, i) => {
    const value = as.toLowerCase();
    return { _id: `${part}:${record}:${i}`, ...rest, value, ...(value === as ? {} : { as }) };
  });
