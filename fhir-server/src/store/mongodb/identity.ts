/** The condition of a conditional create or update: what it asks for, told from who asks, and whether a document's keys alone answer it. */
import { createHash } from 'node:crypto';
import type { QueryNode } from '../../search/query.ts';
import type { CreateOperation, UpdateOperation, WriteOperation } from '../store.ts';
import { keys, type ResourceDocument } from './documents.ts';

/** A write that is done only where nothing matches. */
export type ConditionalOperation = (CreateOperation | UpdateOperation) & { readonly ifNoneExist: QueryNode };

export const isConditional = (operation: WriteOperation): operation is ConditionalOperation =>
  (operation.kind === 'create' || operation.kind === 'update') && operation.ifNoneExist !== undefined;

/** All of these keys, none of those `without`, and an owner of each list. */
export interface KeyTest {
  readonly k: readonly string[];
  readonly without: readonly string[];
  readonly owners: readonly (readonly string[])[];
}

/** undefined: more than keys must be looked at. */
export function keyTest(node: QueryNode): KeyTest | undefined {
  switch (node.kind) {
    case 'all':
      return { k: [], without: [], owners: [] };
    case 'and': {
      const tests = node.nodes.map(keyTest);
      if (!tests.every((test) => test !== undefined)) return undefined;
      return {
        k: tests.flatMap(({ k }) => k),
        without: tests.flatMap(({ without }) => without),
        owners: tests.flatMap(({ owners }) => owners),
      };
    }
    case 'not': {
      // An exact identifier leaves out what is spelled otherwise: one key that must not be there.
      const test = keyTest(node.node);
      const [key] = test?.k ?? [];
      const isOneKey = test?.k.length === 1 && test.without.length === 0 && test.owners.length === 0;
      return isOneKey && key !== undefined ? { k: [], without: [key], owners: [] } : undefined;
    }
    case 'token': {
      const { param, system, code } = node;
      if (code === undefined) return undefined;
      return {
        k: [system === undefined ? keys.code(param, code) : keys.token(param, system, code)],
        without: [],
        owners: [],
      };
    }
    case 'reference': {
      const [target, ...others] = node.targets;
      if (target === undefined || others.length > 0) return undefined;
      return { k: [keys.reference(node.param, target)], without: [], owners: [] };
    }
    case 'owner':
      return { k: [], without: [], owners: [node.patients] };
    default:
      return undefined;
  }
}

export function passes(
  { k, without, owners }: KeyTest,
  document: Pick<ResourceDocument, 'k' | 'own'>,
): boolean {
  return (
    k.every((key) => document.k.includes(key)) &&
    !without.some((key) => document.k.includes(key)) &&
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
