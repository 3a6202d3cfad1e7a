/**
 * Logs that can only be added to: each link holds the hash of the one before, so that what was changed, left out or moved is found. Each process writes
 * a chain of its own (a stream), which begins at the end of another's. What is cut off at an end leaves no gap: that is found by anchors, hashes that
 * were sent elsewhere (audit-anchor.ts).
 */
import { createHash } from 'node:crypto';

export interface Link {
  readonly stream: string;
  /** From 1 on. */
  readonly n: number;
  /** Hash of the link before; of a first one, that of another stream's last, or '' where there was none. */
  readonly previous: string;
  readonly hash: string;
  readonly texts: readonly string[];
}

/** The end of a stream at some moment. */
export type Head = Pick<Link, 'stream' | 'n' | 'hash'>;

export interface ChainFault {
  readonly stream: string;
  readonly batch: number;
  /** `found otherwise`: what searches find the row by is not what it says; `put in`: a row that no link holds (of the log as a whole, batch 0). */
  readonly fault: 'changed' | 'missing' | 'out of order' | 'cut off' | 'found otherwise' | 'put in';
}

export interface ChainReport {
  readonly batches: number;
  readonly faults: readonly ChainFault[];
}

export function linkHash(stream: string, n: number, previous: string, texts: readonly string[]): string {
  const hash = createHash('sha256').update(`${stream} ${n} ${previous}`);
  // A length before each text: two texts can't be cut elsewhere and hash the same.
  for (const text of texts) hash.update(`\n${text.length}:`).update(text);
  return hash.digest('hex');
}

export interface ChainCheck {
  /** The next link, in order of stream and number; what is wrong with it. */
  take(link: Link): readonly ChainFault[];
  /** After the last link: what is not there. */
  end(): readonly ChainFault[];
}

/**
 * `beginnings`: what the first link of each stream follows, by stream. `anchors`: ends that were sent elsewhere, which must be there still.
 */
export function createChainCheck(
  beginnings: Iterable<readonly [stream: string, previous: string]>,
  anchors: readonly Head[] = [],
): ChainCheck {
  const followed = Map.groupBy(beginnings, ([, previous]) => previous);
  followed.delete('');
  const anchored = new Map(anchors.map(({ stream, n, hash }) => [`${stream} ${n}`, { stream, n, hash }]));
  let last: Link | undefined;
  return {
    take(link) {
      const faults: ChainFault[] = [];
      const { stream, n, previous, texts, hash } = link;
      const before = last?.stream === stream ? last : undefined;
      const expected = before ? before.n + 1 : 1;
      const anchor = anchored.get(`${stream} ${n}`);
      if (n !== expected) faults.push({ stream, batch: expected, fault: 'missing' });
      else if (before && previous !== before.hash) faults.push({ stream, batch: n, fault: 'out of order' });
      if (linkHash(stream, n, previous, texts) !== hash || (anchor && anchor.hash !== hash))
        faults.push({ stream, batch: n, fault: 'changed' });
      anchored.delete(`${stream} ${n}`);
      followed.delete(hash);
      last = link;
      return faults;
    },
    end: () => [
      ...[...followed.values()].flat().map(([stream]) => ({ stream, batch: 0, fault: 'missing' as const })),
      ...[...anchored.values()].map(({ stream, n }) => ({ stream, batch: n, fault: 'cut off' as const })),
    ],
  };
}

/** All at once. */
export function checkChain(
  links: Iterable<Link>,
  beginnings: Iterable<readonly [stream: string, previous: string]>,
  anchors: readonly Head[] = [],
): ChainReport {
  const check = createChainCheck(beginnings, anchors);
  const faults: ChainFault[] = [];
  let batches = 0;
  for (const link of links) {
    batches += 1;
    faults.push(...check.take(link));
  }
  return { batches, faults: [...faults, ...check.end()] };
}
