/**
 * A condition that asks other resources → a filter. Chains, owners and links are answered first, as lists of names; of one resource that is known by its name only what it
 * has to do with need be asked.
 */
import { PUBLISHED_AS } from '../../search/index-entry.ts';
import { and, type QueryNode, withLeaves } from '../../search/query.ts';
import { StoreError } from '../store.ts';
import { type Condition, compileCondition, type Linked, type Resolve } from './compile-condition.ts';
import { keys, type ResourceDocument } from './documents.ts';
import { options, type Reader } from './reader.ts';

/** A chain may lead through this many resources, and this many bytes of their names (a command takes 16 MB): more is too costly to ask. */
const MAX_CHAINED = 100_000;
const MAX_CHAINED_BYTES = 8_000_000;

/** A resource whose condition is asked: what it is about, and its name. */
type One = Pick<ResourceDocument, '_id' | 'own' | 'k'>;

/** `one`: the resource that is asked, where it is one; what is asked of others is not narrowed by it. */
function resolver(reader: Reader, one?: One): Resolve {
  const live = async (type: string, where: QueryNode): Promise<Condition> => ({
    $and: [{ type, deleted: false }, await compileCondition(resolver(reader), where)],
  });
  return {
    async names(type, where, base) {
      const found = await reader.collections.resources
        .find(await live(type, where), {
          projection: base === undefined ? { _id: 1 } : { _id: 1, s: 1 },
          limit: MAX_CHAINED + 1,
          ...options(reader),
        })
        .toArray();
      return capped(found.flatMap((each) => (base === undefined ? [each._id] : canonicalsOf(each, base))));
    },
    async targetsOf(type, param, where) {
      const found = await reader.collections.resources
        .find(await live(type, where), { projection: { k: 1 }, limit: MAX_CHAINED + 1, ...options(reader) })
        .toArray();
      const prefix = keys.reference(param, '');
      const targets = found.flatMap((each) => namesUnder(each, prefix));
      if (found.length > MAX_CHAINED) throw tooCostly();
      return capped([...new Set(targets)]);
    },
    async subjects(node) {
      const own = one && namesUnder(one, keys.link('about', '')).filter((name) => isOf(node, name));
      if (own?.length === 0) return [];
      const found = await linkedTo(node, own ? { _id: { $in: own } } : {}, { _id: 1 });
      return capped(found.map(({ _id }) => _id));
    },
    async files(node) {
      const prefix = keys.link('file', '');
      const naming: Condition = one ? { k: keys.link('file', one._id) } : { k: { $regex: `^${prefix}` } };
      const found = await linkedTo(node, naming, { k: 1 });
      return capped([...new Set(found.flatMap((each) => namesUnder(each, prefix)))]);
    },
  };

  async function linkedTo(
    { types, where, deleted }: Linked,
    narrowed: Condition,
    projection: Readonly<Partial<Record<'_id' | 'k', 1>>>,
  ): Promise<readonly ResourceDocument[]> {
    const asked: Condition[] = [
      { type: { $in: [...types] }, ...(deleted ? {} : { deleted: false }) },
      narrowed,
      await compileCondition(resolver(reader), where),
    ];
    const found = await reader.collections.resources
      .find({ $and: asked }, { projection, limit: MAX_CHAINED + 1, ...options(reader) })
      .toArray();
    if (found.length > MAX_CHAINED) throw tooCostly();
    return found;
  }
}

const isOf = ({ types }: Linked, name: string): boolean => types.includes(name.split('/')[0] as string);

/** What keys of one kind lead to. */
const namesUnder = ({ k }: Pick<ResourceDocument, 'k'>, prefix: string): string[] =>
  k.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));

function canonicalsOf({ _id, s }: Pick<ResourceDocument, '_id' | 's'>, base: string): string[] {
  return [_id, `${base}/${_id}`, ...s.filter(({ p }) => p === PUBLISHED_AS).map(({ v }) => v)];
}

function capped(found: readonly string[]): readonly string[] {
  const bytes = found.reduce((sum, name) => sum + name.length, 0);
  if (found.length > MAX_CHAINED || bytes > MAX_CHAINED_BYTES) throw tooCostly();
  return found;
}

const tooCostly = (): StoreError =>
  new StoreError('too-costly', 0, `a chain through more than ${MAX_CHAINED} resources`);

export function conditionFor(reader: Reader, where: QueryNode): Promise<Condition> {
  return compileCondition(resolver(reader), where);
}

/** Of one resource only its own owners, subjects and documents need be asked, not all that satisfy the condition. */
export async function conditionOfOne(reader: Reader, _id: string, visible: QueryNode): Promise<Condition> {
  if (!asksOthers(visible)) return conditionFor(reader, visible);
  const found = await reader.collections.resources.findOne(
    { _id },
    { projection: { own: 1, k: 1 }, ...options(reader) },
  );
  const one: One = { _id, own: found?.own ?? [], k: found?.k ?? [] };
  return compileCondition(resolver(reader, one), amongOwners(visible, one.own));
}

/** Whether what is asked of a resource depends on others: its owners, subjects or documents. */
export function asksOthers(node: QueryNode): boolean {
  if (node.kind === 'ownedBy' || node.kind === 'linked') return true;
  if (node.kind === 'not') return asksOthers(node.node);
  return (node.kind === 'and' || node.kind === 'or') && node.nodes.some(asksOthers);
}

const amongOwners = (node: QueryNode, ids: readonly string[]): QueryNode =>
  withLeaves(node, (leaf) =>
    leaf.kind === 'ownedBy' ? { ...leaf, where: and({ kind: 'id', ids }, leaf.where) } : leaf,
  );
