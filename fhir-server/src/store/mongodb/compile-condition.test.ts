/**
 * The compiled filters against MongoDB's query language as `mingo` implements it: independent of our code, and complete where the test
 * server of `.ci/run` is not ($elemMatch over documents). A real server runs the contract suite besides.
 */
import fc from 'fast-check';
import { Query } from 'mingo';
import { describe, expect, it } from 'vitest';
import { PUBLISHED_AS } from '../../search/index-entry.ts';
import { type Known, matches } from '../contract/naive-search.ts';
import { anyNode, someEntries, TYPES } from '../contract/random-searches.ts';
import { entries } from '../contract/resources.ts';
import { compileCondition, type Linked, type Resolve } from './compile-condition.ts';
import { indexFields, keys, recordOf } from './documents.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('a compiled filter', () => {
  it('selects what a literal reading of the query does', async () => {
    const twelve = fc.array(someEntries, { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(twelve, anyNode, fc.constantFrom(...TYPES), async (given, where, type) => {
        const known: Known[] = given.map((each, i) => ({
          type: TYPES[i % 2] as string,
          id: IDS[Math.floor(i / 2)] as string,
          entries: entries(each),
        }));
        const documents = known.map((each) => ({
          _id: `${each.type}/${each.id}`,
          type: each.type,
          id: each.id,
          rec: recordOf(`${each.type}/${each.id}`, each.entries.owners),
          own: [...each.entries.owners],
          ...indexFields(each.entries, 0),
        }));
        const select = async (of: string, filter: object) =>
          documents.filter((document) => document.type === of && new Query(filter as never).test(document));
        const resolve: Resolve = {
          names: async (of, node, base) => {
            const found = await select(of, await compileCondition(resolve, node));
            return found.flatMap(({ _id, s }) =>
              base === undefined
                ? [_id]
                : [_id, `${base}/${_id}`, ...s.flatMap(({ p, v }) => (p === PUBLISHED_AS ? [v] : []))],
            );
          },
          targetsOf: async (of, param, node) => {
            const prefix = keys.reference(param, '');
            const found = await select(of, await compileCondition(resolve, node));
            return found.flatMap(({ k }) =>
              k.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
            );
          },
          subjects: async (node) => (await linked(node)).map(({ _id }) => _id),
          files: async (node) => {
            const prefix = keys.link('file', '');
            return (await linked(node)).flatMap(({ k }) =>
              k.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
            );
          },
        };
        const linked = async ({ types, where: node }: Linked) => {
          const filter = await compileCondition(resolve, node);
          return (await Promise.all(types.map((of) => select(of, filter)))).flat();
        };
        const found = await select(type, await compileCondition(resolve, where));
        const expected = known.filter((each) => each.type === type && matches(known, each, where));
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      }),
      { numRuns: Number(process.env.RANDOM_SEARCHES ?? 400) },
    );
  });
});
