/**
 * One page of a walk over a type in the order of its ids, which are the order of `_id` within it. How far a page looks is settled first, by `_id` alone, so that
 * a page costs the same whether much or nothing satisfies the condition.
 */
import type { Filter } from 'mongodb';
import type { WalkedVersion, WalkPage, WalkQuery } from '../store.ts';
import { conditionFor } from './chains.ts';
import { type ResourceDocument, WITHOUT_INDEX } from './documents.ts';
import { options, type Reader } from './reader.ts';
import { versionOf } from './search.ts';

/** Documents in one answer of the server. */
const BATCH = 100;

export async function walkPage(reader: Reader, query: WalkQuery): Promise<WalkPage> {
  const { type, after, characters } = query;
  const end = await lastOfPage(reader, query);
  const range = { $gt: `${type}/${after ?? ''}`, ...(end === undefined ? beyond(type) : { $lte: end }) };
  const found = reader.collections.resources
    .find(
      { $and: [{ _id: range }, await passes(reader, query)] },
      { projection: WITHOUT_INDEX, batchSize: BATCH, ...options(reader) },
    )
    .sort({ _id: 1 });
  const versions: WalkedVersion[] = [];
  let given = 0;
  try {
    for await (const document of found) {
      if (given >= characters) return { versions, next: versions.at(-1)?.id };
      versions.push({ ...versionOf(document), owners: document.own });
      given += document.body?.length ?? 0;
    }
  } finally {
    await found.close();
  }
  return { versions, next: end?.slice(type.length + 1) };
}

/** The character after the slash: less than it is all of the type. */
const beyond = (type: string): { $lt: string } => ({ $lt: `${type}0` });

async function lastOfPage(reader: Reader, { type, after, limit }: WalkQuery): Promise<string | undefined> {
  const found = await reader.collections.resources.findOne(
    { _id: { $gt: `${type}/${after ?? ''}`, ...beyond(type) } },
    { projection: { _id: 1 }, sort: { _id: 1 }, skip: limit - 1, ...options(reader) },
  );
  return found?._id;
}

async function passes(
  reader: Reader,
  { where, since, asOf, deletions, changed }: WalkQuery,
): Promise<Filter<ResourceDocument>> {
  const condition: Filter<ResourceDocument> = {
    $and: [{ lastUpdated: { $gt: since ?? -1 } }, await conditionFor(reader, where)],
  };
  const isLate: Filter<ResourceDocument> = { lastUpdated: { $gt: asOf } };
  const live: Filter<ResourceDocument> = { deleted: false };
  if (changed) return { $or: [isLate, deletions ? condition : { $and: [live, condition] }] };
  return deletions ? condition : { $and: [{ $or: [isLate, live] }, condition] };
}
