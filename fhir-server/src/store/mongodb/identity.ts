/** The condition of a conditional create or update: what it asks for, told from who asks, and whether a document's keys alone answer it. */
import { createHash } from 'node:crypto';
import type { QueryNode } from '../../search/query.ts';
import type { CreateOperation, UpdateOperation, WriteOperation } from '../store.ts';
import { keys, type ResourceDocument } from './documents.ts';

/** A write that is done only where nothing matches. */
export type ConditionalOperation = (CreateOperation | UpdateOperation) & { readonly ifNoneExist: QueryNode };

export const isConditional = (operation: WriteOperation): operation is ConditionalOperation =>
  (operation.kind === 'create' || operation.kind === 'update') && operation.ifNoneExist !== undefined;

/** All of these keys, none of those `without`, none that begins as `noneFrom` says, an owner of each list, and an id of each. */
export interface KeyTest {
  readonly k: readonly string[];
  readonly without: readonly string[];
  readonly noneFrom: readonly string[];
  readonly owners: readonly (readonly string[])[];
  readonly ids: readonly (readonly string[])[];
}

const NO_KEYS: KeyTest = { k: [], without: [], noneFrom: [], owners: [], ids: [] };

/** undefined: more than keys must be looked at. */
export function keyTest(node: QueryNode): KeyTest | undefined {
  switch (node.kind) {
    case 'all':
      return NO_KEYS;
    case 'and': {
      const tests = node.nodes.map(keyTest);
      if (!tests.every((test) => test !== undefined)) return undefined;
      return {
        k: tests.flatMap(({ k }) => k),
        without: tests.flatMap(({ without }) => without),
        noneFrom: tests.flatMap(({ noneFrom }) => noneFrom),
        owners: tests.flatMap(({ owners }) => owners),
        ids: tests.flatMap(({ ids }) => ids),
      };
    }
    case 'not': {
      // An exact identifier leaves out what is spelled otherwise: one key that must not be there.
      const { node: inner } = node;
      if (inner.kind !== 'token' && inner.kind !== 'reference') return undefined;
      if (inner.kind === 'token' && inner.code === undefined && inner.system !== undefined)
        return { ...NO_KEYS, noneFrom: [keys.system(inner.param, inner.system)] };
      const test = keyTest(inner);
      return test && { ...NO_KEYS, without: test.k };
    }
    case 'token': {
      const { param, system, code } = node;
      if (code === undefined) return undefined;
      return {
        ...NO_KEYS,
        k: [system === undefined ? keys.code(param, code) : keys.token(param, system, code)],
      };
    }
    case 'reference': {
      const [target, ...others] = node.targets;
      if (target === undefined || others.length > 0) return undefined;
      return { ...NO_KEYS, k: [keys.reference(node.param, target)] };
    }
    case 'owner':
      return { ...NO_KEYS, owners: [node.patients] };
    case 'id':
      return { ...NO_KEYS, ids: [node.ids] };
    default:
      return undefined;
  }
}

export function passes(
  { k, without, noneFrom, owners, ids }: KeyTest,
  document: Pick<ResourceDocument, 'id' | 'k' | 'own'>,
): boolean {
  return (
    k.every((key) => document.k.includes(key)) &&
    !without.some((key) => document.k.includes(key)) &&
    !noneFrom.some((beginning) => document.k.some((key) => key.startsWith(beginning))) &&
    ids.every((some) => some.includes(document.id)) &&
    owners.every((patients) => document.own.some((owner) => patients.includes(owner)))
  );
}

/** The same for all who ask for the same thing, whatever each of them may see. */
export function identityOf(type: string, condition: QueryNode): string {
  const test = keyTest(condition);
  const asked = test && test.k.length > 0 ? [...test.k].sort() : withoutAccess(condition);
  return createHash('sha256')
    .update(JSON.stringify([type, asked]))
    .digest('base64url');
}

function withoutAccess(node: QueryNode): QueryNode {
  if (node.kind !== 'and') return node;
  return {
    kind: 'and',
    nodes: node.nodes.filter(({ kind }) => kind !== 'owner' && kind !== 'ownedBy'),
  };
}
