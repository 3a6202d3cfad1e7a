import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkChain, type Head, type Link, linkHash } from './hash-chain.ts';

/** Streams as processes write them, each beginning where another ends. */
function written(lengths: readonly number[]): Link[] {
  let newest = '';
  return lengths.flatMap((length, s) => {
    const stream = `s${s}`;
    return Array.from({ length }, (_, i) => {
      const texts = [`row ${s} ${i}`];
      const link = {
        stream,
        n: i + 1,
        previous: newest,
        texts,
        hash: linkHash(stream, i + 1, newest, texts),
      };
      newest = link.hash;
      return link;
    });
  });
}
const check = (links: readonly Link[], anchors: readonly Head[] = []) => {
  const sorted = links.toSorted((a, b) => (a.stream === b.stream ? a.n - b.n : a.stream < b.stream ? -1 : 1));
  const beginnings = sorted
    .filter(({ n }) => n === 1)
    .map(({ stream, previous }) => [stream, previous] as const);
  return checkChain(sorted, beginnings, anchors).faults;
};
const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });

describe('a chain', () => {
  it('is whole as it was written, and holds what was sent elsewhere on the way', () => {
    fc.assert(
      fc.property(lengths, (given) => {
        const links = written(given);
        expect(check(links, links)).toEqual([]);
      }),
    );
  });

  it('shows each link that was changed, left out, moved or put in, wherever it is, once its end is known elsewhere', () => {
    const harm = fc.constantFrom('text', 'hash', 'out', 'moved', 'in', 'cut', 'stream');
    fc.assert(
      fc.property(lengths, fc.nat(), harm, (given, at, how) => {
        const links = written(given);
        const last = links.at(-1) as Link;
        const i = at % links.length;
        const link = links[i] as Link;
        const other = links[(i + 1) % links.length] as Link;
        const harmed: Record<typeof how, Link[]> = {
          text: links.with(i, { ...link, texts: ['another'] }),
          hash: links.with(i, { ...link, hash: linkHash(link.stream, link.n, link.previous, ['another']) }),
          out: links.toSpliced(i, 1),
          moved: links
            .with(i, { ...link, texts: other.texts })
            .with(links.indexOf(other), { ...other, texts: link.texts }),
          in: [...links, { stream: 'z', n: 0, previous: '', hash: '', texts: ['put in'] }],
          cut: links.slice(0, i),
          stream: links.filter(({ stream }) => stream !== link.stream),
        };
        if (how === 'moved' && links.length === 1) return;
        expect(check(harmed[how], [last])).not.toEqual([]);
      }),
    );
  });

  it('says that its end was cut off, by the end that was sent elsewhere alone', () => {
    const links = written([4]);
    const end = links[3] as Link;
    expect(check(links.slice(0, 2))).toEqual([]);
    expect(check(links.slice(0, 2), [end])).toEqual([{ stream: 's0', batch: 4, fault: 'cut off' }]);
    // Written anew from there on, it has the place but not the hash.
    const forged = { ...end, texts: ['forged'], hash: linkHash('s0', 4, end.previous, ['forged']) };
    expect(check([...links.slice(0, 3), forged])).toEqual([]);
    expect(check([...links.slice(0, 3), forged], [end])).toEqual([
      { stream: 's0', batch: 4, fault: 'changed' },
    ]);
  });
});
