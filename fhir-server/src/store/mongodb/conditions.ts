/** Conditional creates and updates of one transaction: their identities are taken, and what they match is looked for, in a command each for all of them. */
import type { Filter } from 'mongodb';
import { and, inUse, type QueryNode } from '../../search/query.ts';
import { type StoredVersion, StoreError, type WriteOperation } from '../store.ts';
import { conditionFor } from './chains.ts';
import { type Head, type ResourceDocument, SHARED } from './documents.ts';
import {
  type ConditionalOperation,
  identityOf,
  isConditional,
  type KeyTest,
  keyTest,
  passes,
} from './identity.ts';
import { options } from './reader.ts';
import { versionOf } from './search.ts';
import { versionOfHead, type Workspace } from './workspace.ts';
import { nameOf, type Writer } from './writer.ts';

export interface Conditions {
  /** The one live resource that the operation's condition matches, as the operations so far have left things. Throws `multiple-matches`. */
  match(operation: WriteOperation, index: number): Promise<StoredVersion | undefined>;
}

/** So many matches of all conditions together are fetched at once; with more, each is asked by itself. */
const MAX_CANDIDATES = 1000;

const NEEDED = {
  type: 1,
  id: 1,
  version: 1,
  lastUpdated: 1,
  method: 1,
  body: 1,
  k: 1,
  own: 1,
  replaced: 1,
} as const;

export async function loadConditions(
  writer: Writer,
  space: Workspace,
  operations: readonly WriteOperation[],
): Promise<Conditions> {
  const conditional = operations.filter(isConditional);
  if (writer.session) {
    const conditions = conditional.map(({ type, ifNoneExist }) => identityOf(type, ifNoneExist));
    await takeIdentities(writer, [...conditions, ...newNames(writer, space, operations)]);
  }
  const tests = new Map<ConditionalOperation, KeyTest>();
  for (const operation of conditional) {
    const test = keyTest(operation.ifNoneExist);
    if (test && test.k.length > 0) tests.set(operation, test);
  }
  const candidates = await findCandidates(writer, tests);

  async function ask(
    { type, ifNoneExist }: ConditionalOperation,
    beside?: QueryNode,
  ): Promise<StoredVersion[]> {
    await space.flush();
    const condition = await conditionFor(writer, beside ? and(ifNoneExist, beside) : ifNoneExist);
    const found = await writer.collections.resources
      .find(
        { $and: [{ type, deleted: false }, condition] },
        { projection: NEEDED, limit: 2, ...options(writer) },
      )
      .toArray();
    return found.map(versionOf);
  }

  function among(
    test: KeyTest,
    type: string,
    stored: readonly ResourceDocument[],
    beside?: QueryNode,
  ): StoredVersion[] {
    const isMeant = ({ replaced }: Head): boolean => !beside || !replaced;
    const untouched = stored.filter(
      (each) => each.type === type && !space.pending.has(each._id) && passes(test, each),
    );
    const pending = [...space.pending.values()].filter(
      ({ head, index }) =>
        head.type === type &&
        !head.deleted &&
        index &&
        passes(test, { id: head.id, k: index.k, own: head.own }),
    );
    return [
      ...untouched.filter(isMeant).map(versionOf),
      ...pending.flatMap(({ head }) => (isMeant(head) ? versionOfHead(head) : [])),
    ];
  }

  return {
    async match(operation, index) {
      if (!isConditional(operation)) return undefined;
      const test = tests.get(operation);
      const look = async (beside?: QueryNode): Promise<StoredVersion[]> =>
        test && candidates ? among(test, operation.type, candidates, beside) : await ask(operation, beside);
      const all = await look();
      // Of several, those that another stands for do not count.
      const found = all.length > 1 ? await look(inUse) : all;
      if (found.length > 1) throw new StoreError('multiple-matches', index);
      return found[0];
    },
  };
}

/** Ids that a client chose and nobody has used. On a cluster another shard may get the same one at the same moment. */
function newNames(writer: Writer, space: Workspace, operations: readonly WriteOperation[]): string[] {
  if (!writer.sharded) return [];
  return operations
    .filter((operation) => operation.kind === 'update' && !space.head(nameOf(operation)))
    .map(nameOf);
}

/** Of two transactions that ask for the same identity, one waits or is tried again: they write the same document. */
async function takeIdentities(writer: Writer, identities: readonly string[]): Promise<void> {
  if (identities.length === 0) return;
  const at = new Date(writer.time);
  await writer.collections.identities.bulkWrite(
    [...new Set(identities)]
      .sort()
      .map((_id) => ({ updateOne: { filter: { _id }, update: { $set: { at } }, upsert: true } })),
    options(writer),
  );
}

/** undefined: too many. */
async function findCandidates(
  writer: Writer,
  tests: ReadonlyMap<ConditionalOperation, KeyTest>,
): Promise<readonly ResourceDocument[] | undefined> {
  if (tests.size === 0) return [];
  const each = [...tests].map(
    ([{ type }, { k, owners }]): Filter<ResourceDocument> => ({
      type,
      deleted: false,
      ...(k.length === 1 ? { k: k[0] as string } : { k: { $all: [...k] } }),
      ...(owners.length === 1 ? { rec: { $in: [...(owners[0] as string[]), SHARED] } } : {}),
    }),
  );
  const found = await writer.collections.resources
    .find({ $or: each }, { projection: NEEDED, limit: MAX_CANDIDATES, ...options(writer) })
    .toArray();
  return found.length < MAX_CANDIDATES ? found : undefined;
}
