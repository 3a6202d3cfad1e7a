/** Property test: over random resources and random query trees the store answers as a literal reading of the tree does. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GAP, PUBLISHED_AS } from '../../search/index-entry.ts';
import type { QueryNode, RangeTest } from '../../search/query.ts';
import type { ResourceStore } from '../store.ts';
import { type Known, matches } from './naive-search.ts';
import { create, type Entries, entries } from './resources.ts';
import type { Subject } from './subject.ts';

export const TYPES = ['Patient', 'Observation'] as const;
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const CODES = ['x', 'y', 'z|z', 'x y', "o'", '$gt', '%', ''];
const SYSTEMS = ['', 'urn:s', 'urn:t|u'];
const TEXTS = ['anna', 'an', 'an%a', 'zoë', 'a.a', '(', '_', 'b'];
const TESTS: readonly RangeTest[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];
const WORDS = ['asthma', 'near', 'or', 'zoë', '42'];
const URIS = ['http://a', 'http://a/b', 'http://a/b/c', 'urn:x'];

const BASE = 'http://here/fhir';
const CANONICALS = ['http://a', 'http://a|1', 'http://a|2', `${BASE}/Patient/a`, `${BASE}/Observation/b`];

const pick = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 2 });
const point = fc.integer({ min: 0, max: 6 });
const range = fc
  .tuple(point, fc.integer({ min: 0, max: 3 }))
  .map(([low, width]) => ({ low, high: low + width }));
/** Words with gaps between them, none at an end. */
const texts = (most: number): fc.Arbitrary<string[]> =>
  fc
    .array(pick([...WORDS, GAP]), { maxLength: most })
    .map((words) => words.filter((word, i) => word !== GAP || (words[i - 1] ?? GAP) !== GAP))
    .map((words) => (words.at(-1) === GAP ? words.slice(0, -1) : words));
const code = pick(CODES.filter(Boolean));
const target = fc.tuple(pick(TYPES), pick(IDS)).map(([type, id]) => `${type}/${id}`);

export const someEntries: fc.Arbitrary<Entries> = fc.record({
  owners: fc.uniqueArray(pick(['a', 'b']), { maxLength: 2 }),
  mainDate: fc.integer({ min: 0, max: 5 }),
  tokens: some(fc.record({ param: pick(['code', 'status']), system: pick(SYSTEMS), code })),
  strings: some(pick(TEXTS).map((text) => ({ param: 'name', text, exact: text.toUpperCase() }))),
  dates: some(range.map((each) => ({ param: 'date', ...each }))),
  numbers: some(point.map((value) => ({ param: 'size', low: value, high: value }))),
  quantities: some(
    fc
      .record({
        value: point,
        system: pick(['', 'ucum']),
        code: pick(['mg', 'g']),
        unit: pick(['mg', 'gram']),
      })
      .map(({ value, ...unit }) => ({ param: 'dose', low: value, high: value, ...unit })),
  ),
  references: some(
    fc.oneof(
      fc.record({ param: pick(['subject', 'focus']), target }),
      fc.record({ param: pick(['plan']), target: fc.oneof(target, pick(CANONICALS)) }),
    ),
  ),
  uris: some(
    fc.oneof(
      pick(URIS).map((uri) => ({ param: 'url', uri })),
      pick(CANONICALS).map((uri) => ({ param: PUBLISHED_AS, uri })),
    ),
  ),
  links: some(fc.record({ by: pick(['about', 'file'] as const), target })),
  words: fc.record({
    text: texts(2),
    content: texts(5),
  }),
});

const keyLeaves: fc.Arbitrary<QueryNode>[] = [
  fc.record({ kind: fc.constant('token' as const), param: pick(['code', 'status']), code }),
  fc.record({
    kind: fc.constant('token' as const),
    param: pick(['code', 'status']),
    code,
    system: pick(SYSTEMS),
  }),
  fc.record({
    kind: fc.constant('token' as const),
    param: pick(['code', 'status']),
    system: pick(SYSTEMS),
  }),
  fc.record({
    kind: fc.constant('owner' as const),
    patients: fc.uniqueArray(pick(['a', 'b', 'q']), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('reference' as const),
    param: pick(['subject', 'focus']),
    targets: fc.array(target, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('words' as const),
    of: pick(['text', 'content'] as const),
    words: fc.uniqueArray(pick(WORDS), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('words' as const),
    of: pick(['text', 'content'] as const),
    words: fc.array(pick(WORDS), { minLength: 2, maxLength: 3 }),
    inOrder: fc.constant(true as const),
  }),
  fc.record({
    kind: fc.constant('words' as const),
    of: pick(['text', 'content'] as const),
    words: fc.uniqueArray(pick(WORDS), { maxLength: 1 }),
    begins: pick(['as', 'asthma', 'zo', '4', 'none']),
  }),
  fc.record({
    kind: fc.constant('missing' as const),
    param: pick(['code', 'name', 'date', 'never']),
    missing: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('id' as const),
    ids: fc.uniqueArray(pick(IDS), { minLength: 1, maxLength: 3 }),
  }),
];

/** What is stored as an element with parts: a range, a unit, a text in two forms. */
const elementLeaves: fc.Arbitrary<QueryNode>[] = [
  fc.record({
    kind: fc.constant('string' as const),
    param: fc.constant('name'),
    text: pick(TEXTS),
    match: pick(['starts', 'contains', 'whole', 'ends'] as const),
  }),
  fc.record({
    kind: fc.constant('string' as const),
    param: fc.constant('name'),
    text: pick(TEXTS).map((text) => text.toUpperCase()),
    match: fc.constant('exact' as const),
  }),
  fc.record({ kind: fc.constant('date' as const), param: fc.constant('date'), test: pick(TESTS), range }),
  fc.record({ kind: fc.constant('number' as const), param: fc.constant('size'), test: pick(TESTS), range }),
  fc.record({
    kind: fc.constant('quantity' as const),
    param: fc.constant('dose'),
    test: pick(TESTS),
    range,
  }),
  fc.record({
    kind: fc.constant('quantity' as const),
    param: fc.constant('dose'),
    test: pick(TESTS),
    range,
    code: pick(['mg', 'gram']),
  }),
  fc.record({
    kind: fc.constant('quantity' as const),
    param: fc.constant('dose'),
    test: pick(TESTS),
    range,
    code: pick(['mg', 'g']),
    system: fc.constant('ucum'),
  }),
  ...[{ code: 'mg' }, { code: 'gram' }, { system: 'ucum' }, { system: 'ucum', code: 'mg' }].map((unit) =>
    fc.record({
      kind: fc.constant('quantity' as const),
      param: fc.constant('dose'),
      test: pick(TESTS),
      range,
      otherUnit: fc.constant(true as const),
      ...Object.fromEntries(Object.entries(unit).map(([name, value]) => [name, fc.constant(value)])),
    }),
  ),
  fc.record({
    kind: fc.constant('uri' as const),
    param: fc.constant('url'),
    uri: pick(URIS),
    match: pick(['exact', 'below', 'above'] as const),
  }),
];

const nodeOver = (leaves: fc.Arbitrary<QueryNode>[]): fc.Arbitrary<QueryNode> =>
  fc.letrec<{ node: QueryNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      ...leaves,
      fc.record({
        kind: fc.constant('and' as const),
        nodes: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant('or' as const),
        nodes: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), node: tie('node') }),
      // Many values of one kind, which a store may look up together.
      ...leaves.map((leaf) =>
        fc.record({
          kind: fc.constant('or' as const),
          nodes: fc.array(leaf, { minLength: 9, maxLength: 14 }),
        }),
      ),
      ...(['chained', 'reverseChained'] as const).flatMap((kind) => {
        const asked = { kind: fc.constant(kind), type: pick(TYPES), where: tie('node') };
        return [
          fc.record({ ...asked, param: pick(['subject', 'focus']) }),
          fc.record({ ...asked, param: pick(['plan']), base: fc.constant(BASE) }),
        ];
      }),
      fc.record({
        kind: fc.constant('linked' as const),
        by: pick(['about', 'file'] as const),
        types: fc.uniqueArray(pick(TYPES), { minLength: 1 }),
        where: tie('node'),
        deleted: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('ownedBy' as const), where: tie('node'), orNobody: fc.boolean() }),
    ),
  })).node;

export const anyNode = nodeOver([...keyLeaves, ...elementLeaves]);
const keyNode = nodeOver(keyLeaves);

export function randomSearches(subject: Subject): void {
  describe('random searches', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;
    const known: Known[] = [];

    beforeAll(async () => {
      ({ store, close } = await subject.open());
      const [sample] = fc.sample(fc.array(someEntries, { minLength: 12, maxLength: 12 }), {
        numRuns: 1,
        seed: 7,
      });
      for (const [i, given] of (sample ?? []).entries()) {
        const type = TYPES[i % 2] as string;
        const id = IDS[Math.floor(i / 2)] as string;
        await store.transact([create(type, id, given)]);
        known.push({ type, id, entries: entries(given) });
      }
    });
    afterAll(() => close());

    it('answer as a literal reading of the query does, page by page, with the same total', async ({
      annotate,
    }) => {
      if (subject.elementMatch === false)
        await annotate(
          '!! ranges, texts and units: not run here, the server lacks $elemMatch over documents',
        );
      await fc.assert(
        fc.asyncProperty(
          subject.elementMatch === false ? keyNode : anyNode,
          pick(TYPES),
          async (where, type) => {
            const expected = known
              .filter((each) => each.type === type && matches(known, each, where))
              .map(({ id }) => id);
            const found: string[] = [];
            let total: number | undefined;
            let after: readonly (string | number | null)[] | undefined;
            do {
              const page = await store.search({
                type,
                where,
                sort: [{ by: 'mainDate', descending: true }],
                count: 2,
                total: 'accurate',
                ...(after ? { after } : {}),
              });
              found.push(...page.matches.map(({ id }) => id));
              total ??= page.total;
              after = page.next;
            } while (after);
            expect(found.toSorted()).toEqual(expected.toSorted());
            expect(total).toBe(expected.length);
          },
        ),
        { numRuns: Number(process.env.RANDOM_SEARCHES ?? 400) },
      );
    });
  });
}
