import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexEntries } from '../../search/index-entry.ts';
import { jobOf, jobText } from './job-text.ts';
import type { Job } from './jobs.ts';

const word = fc.stringMatching(/^[a-zäß0-9]{1,8}$/);
const end = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
const low = fc.oneof(end, fc.constant(Number.NEGATIVE_INFINITY)).map((n) => (n === 0 ? 0 : n));
const high = fc.oneof(end, fc.constant(Number.POSITIVE_INFINITY)).map((n) => (n === 0 ? 0 : n));
const text = fc.string({ unit: 'binary' });
const param = word;
/** With the sign between two texts, which stands neither first nor last. */
const words = fc
  .array(fc.array(word, { minLength: 1 }), { maxLength: 3 })
  .map((texts) => texts.flatMap((each, i) => (i === 0 ? each : ['', ...each])));

const entries: fc.Arbitrary<IndexEntries> = fc.record({
  owners: fc.array(text),
  mainDate: fc.option(fc.integer(), { nil: undefined }),
  tokens: fc.array(fc.record({ param, system: text, code: text })),
  strings: fc.array(fc.record({ param, text, exact: text })),
  dates: fc.array(fc.record({ param, low, high })),
  numbers: fc.array(fc.record({ param, low, high })),
  quantities: fc.array(fc.record({ param, low, high, system: text, code: text, unit: text })),
  references: fc.array(fc.record({ param, target: text })),
  uris: fc.array(fc.record({ param, uri: text })),
  links: fc.array(fc.record({ by: fc.constantFrom('about' as const, 'file' as const), target: text })),
  words: fc.record({ text: words, content: words }),
  present: fc.array(word),
});

const operation = fc.oneof(
  fc.record(
    {
      kind: fc.constant('create' as const),
      type: word,
      id: word,
      text: fc.record({ before: text, after: text }),
      entries,
      requires: fc.array(text),
      uses: fc.array(text),
      patients: fc.array(text),
    },
    { requiredKeys: ['kind', 'type', 'id', 'text', 'entries'] },
  ),
  fc.record(
    {
      kind: fc.constant('update' as const),
      type: word,
      id: word,
      text: fc.record({ before: text, after: text }),
      entries,
      expectedVersion: fc.nat(),
      revives: fc.boolean(),
    },
    { requiredKeys: ['kind', 'type', 'id', 'text', 'entries'] },
  ),
  fc.record(
    { kind: fc.constant('delete' as const), type: word, id: word, unlessReferenced: fc.boolean() },
    { requiredKeys: ['kind', 'type', 'id'] },
  ),
  fc.record({
    kind: fc.constant('reindex' as const),
    type: word,
    id: word,
    version: fc.nat(),
    entries,
  }),
);

describe('a job on its way to the writer', () => {
  it('is what it was, whatever it writes: open ranges, texts of any characters, gaps between words', () => {
    fc.assert(
      fc.property(fc.array(operation), fc.option(text, { nil: undefined }), (operations, by) => {
        const job: Job = { kind: 'transact', operations, by };
        const sent = jobText(job);
        expect(typeof sent).toBe('string');
        expect(jobOf(sent)).toEqual(job);
      }),
      { numRuns: 300 },
    );
  });

  it('goes as it is where it asks something, for what is asked may have no end', () => {
    const visible = {
      kind: 'date',
      param: 'date',
      test: 'ge',
      range: { low: 0, high: Number.POSITIVE_INFINITY },
    } as const;
    for (const asks of [{ visible }, { ifNoneExist: visible }]) {
      const job = {
        kind: 'transact',
        operations: [{ kind: 'delete', type: 'Basic', id: '1', ...asks }],
        by: undefined,
      } as Job;
      expect(jobText(job)).toBe(job);
      expect(jobOf(job)).toBe(job);
    }
    const note: Job = { kind: 'note', name: 'a', value: 'b' };
    expect(jobOf(jobText(note))).toBe(note);
  });
});
