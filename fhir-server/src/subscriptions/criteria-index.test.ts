/** The index never leaves out a subscription that a change concerns, and leaves out most of those that it does not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexEntries } from '../search/index-entry.ts';
import { and, not, or, type QueryNode } from '../search/query.ts';
import { type Examined, satisfies } from '../search/satisfies.ts';
import { createCriteriaIndex } from './criteria-index.ts';

const small = fc.integer({ min: 0, max: 3 }).map(String);
const leaf: fc.Arbitrary<QueryNode> = fc.oneof(
  small.map((id): QueryNode => ({ kind: 'owner', patients: [id] })),
  small.map((id): QueryNode => ({ kind: 'id', ids: [id] })),
  fc
    .array(small, { maxLength: 2 })
    .map((ids): QueryNode => ({ kind: 'reference', param: 'subject', targets: ids })),
  small.map((code): QueryNode => ({ kind: 'token', param: 'code', code })),
  fc.tuple(small, small).map(([system, code]): QueryNode => ({ kind: 'token', param: 'code', system, code })),
  small.map((system): QueryNode => ({ kind: 'token', param: 'code', system })),
  fc.boolean().map((missing): QueryNode => ({ kind: 'missing', param: 'code', missing })),
);
const { node } = fc.letrec<{ node: QueryNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }).map((nodes) => and(...nodes)),
    fc.array(tie('node'), { maxLength: 3 }).map((nodes) => or(...nodes)),
    tie('node').map(not),
  ),
}));

const examined: fc.Arbitrary<Examined> = fc
  .record({
    id: small,
    owners: fc.array(small, { maxLength: 2 }),
    targets: fc.array(small, { maxLength: 2 }),
    tokens: fc.array(fc.record({ system: small, code: small }), { maxLength: 2 }),
  })
  .map(({ id, owners, targets, tokens }) => ({
    type: 'Observation',
    id,
    entries: {
      ...EMPTY,
      owners,
      references: targets.map((target) => ({ param: 'subject', target })),
      tokens: tokens.map((token) => ({ param: 'code', ...token })),
      present: tokens.length > 0 ? ['code'] : [],
    },
  }));

const EMPTY: IndexEntries = {
  owners: [],
  mainDate: undefined,
  tokens: [],
  strings: [],
  dates: [],
  numbers: [],
  quantities: [],
  references: [],
  links: [],
  uris: [],
  words: { text: [], content: [] },
  present: [],
};
const foreign = (): boolean => false;

describe('the index of criteria', () => {
  it('holds every subscription that a resource satisfies, whatever was added and removed', () => {
    fc.assert(
      fc.property(
        fc.array(node, { maxLength: 12 }),
        fc.array(fc.nat(11)),
        examined,
        (nodes, removed, resource) => {
          const index = createCriteriaIndex<number>();
          for (const [i, each] of nodes.entries()) index.add('Observation', each, i);
          for (const i of removed) index.remove(i);
          const found = index.candidates('Observation', [resource]);
          for (const [i, each] of nodes.entries()) {
            if (removed.includes(i)) expect(found.has(i)).toBe(false);
            else if (satisfies(each, resource, foreign)) expect(found.has(i)).toBe(true);
          }
        },
      ),
    );
  });

  it('finds the one of ten thousand that is about this patient, and nothing of another type', () => {
    const index = createCriteriaIndex<number>();
    const status: QueryNode = { kind: 'token', param: 'status', code: 'final' };
    for (let i = 0; i < 10_000; i++)
      index.add('Observation', and(status, { kind: 'owner', patients: [String(i)] }), i);
    const entries = { ...EMPTY, owners: ['77'], tokens: [{ param: 'status', system: '', code: 'final' }] };
    const sides = [{ type: 'Observation', id: 'x', entries }];
    expect([...index.candidates('Observation', sides)]).toEqual([77]);
    expect([...index.candidates('Condition', sides)]).toEqual([]);
    expect([index.hasType('Observation'), index.hasType('Condition')]).toEqual([true, false]);
  });
});
