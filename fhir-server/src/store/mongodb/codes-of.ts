/** Which codes a token parameter has, of the resources that have any by it: each is read, as no index over an array tells its different values. */
import type { StoredCode } from '../store.ts';
import { escapeRegExp } from './compile-condition.ts';
import { keys } from './documents.ts';
import { options, type Reader } from './reader.ts';

export async function codesOf(
  reader: Reader,
  type: string,
  param: string,
  most: number,
): Promise<readonly StoredCode[] | undefined> {
  const [from, to] = keys.tokens(param);
  const found = await reader.collections.resources
    .aggregate<{ _id: string }>(
      [
        // Anchored, so that the index serves.
        { $match: { type, k: { $regex: `^${escapeRegExp(from)}` }, deleted: false } },
        { $project: { _id: 0, k: { $filter: { input: '$k', cond: isAmong(from, to) } } } },
        { $unwind: '$k' },
        { $group: { _id: '$k' } },
        { $limit: most + 1 },
      ],
      options(reader),
    )
    .toArray();
  if (found.length > most) return undefined;
  return found.map(({ _id }) => keys.tokenOf(_id.slice(from.length)));
}

const isAmong = (from: string, to: string) => ({
  $and: [{ $gte: ['$$this', from] }, { $lt: ['$$this', to] }],
});
