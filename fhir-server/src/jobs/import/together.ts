/** Of resources that come in at once: which may be written, since all they refer to is there or among them. */
import type { Incoming } from './incoming.ts';

/** `missing`: names that are not in the store. What refers to one that has to wait waits too. */
export function together(
  batch: readonly Incoming[],
  missing: ReadonlySet<string>,
): { readonly ready: readonly Incoming[]; readonly waiting: readonly Incoming[] } {
  const waiting = new Set<Incoming>();
  const coming = new Map(batch.map((each) => [each.name, each]));
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const each of batch) {
      if (waiting.has(each) || each.references.every((name) => !missing.has(name) || coming.has(name)))
        continue;
      waiting.add(each);
      if (coming.get(each.name) === each) coming.delete(each.name);
    }
  }
  return { ready: batch.filter((each) => !waiting.has(each)), waiting: [...waiting] };
}
