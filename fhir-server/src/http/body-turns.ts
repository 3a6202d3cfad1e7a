/**
 * How much of what one person sends is in hand at a time. Each request lets the others in while it works, but of eighty at once each takes its turn before anybody else has one: those
 * that are too many wait, unread, for those before them; nobody waits for somebody else's.
 */
export type BodyTurns = <T>(key: string, bytes: number, work: () => Promise<T>) => Promise<T>;

interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

interface Line {
  inHand: number;
  readonly waiting: Waiting[];
}

/** `most`: bytes in hand for each key; what is longer by itself goes alone. */
export function createBodyTurns(most: number): BodyTurns {
  const lines = new Map<string, Line>();

  function letIn(key: string, line: Line): void {
    for (let next = line.waiting[0]; next; next = line.waiting[0]) {
      if (line.inHand > 0 && line.inHand + next.bytes > most) return;
      line.waiting.shift();
      line.inHand += next.bytes;
      next.begin();
    }
    if (line.inHand === 0) lines.delete(key);
  }

  return async (key, bytes, work) => {
    if (bytes <= 0) return work();
    const line = lines.get(key) ?? { inHand: 0, waiting: [] };
    lines.set(key, line);
    await new Promise<void>((begin) => {
      line.waiting.push({ bytes, begin });
      letIn(key, line);
    });
    try {
      return await work();
    } finally {
      line.inHand -= bytes;
      letIn(key, line);
    }
  };
}
