/** How much the bodies of one page hold together: what is stored may be a thousand times as long as is usual, and a page is read, sent and looked through at one go. */

/** What a store gives out. */
interface Held {
  readonly body: string | undefined;
}

/** Characters: what many resources of usual length take, and a few that are as long as they may be. */
export const PAGE_ROOM = 6_291_456;

/** Takes versions, the first whatever its length, until there is no room left. */
export function createPageRoom(characters: number | undefined): (version: Held) => boolean {
  let left = characters ?? Number.POSITIVE_INFINITY;
  let isFirst = true;
  return ({ body }) => {
    left -= body?.length ?? 0;
    const fits = isFirst || left >= 0;
    isFirst = false;
    return fits;
  };
}

/** As many of these, from the first, as there is room for. Nothing is read beyond the one that there is no room for. */
export function fitting<T extends Held>(versions: Iterable<T>, characters: number | undefined): T[] {
  const takes = createPageRoom(characters);
  const found: T[] = [];
  for (const version of versions) {
    if (!takes(version)) break;
    found.push(version);
  }
  return found;
}
