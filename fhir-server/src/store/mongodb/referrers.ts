/** What refers to a resource. */
import { resourceTypes } from '@wellspring/profiles';
import { TELLING } from '../../search/index-entry.ts';
import type { Referrer, Referrers } from '../store.ts';
import { keys } from './documents.ts';
import { options, type Reader } from './reader.ts';

const othersOf = (name: string): string[] => TELLING.others.map((param) => keys.reference(param, name));

/** What refers to it, and does not only tell of it. */
export const keeping = (name: string): object => ({
  r: name,
  $or: [{ type: { $ne: TELLING.type } }, { k: { $in: othersOf(name) } }],
});

/** The same of one with these keys that refers to it. */
export const keepsIt = (type: string, k: readonly string[], name: string): boolean =>
  type !== TELLING.type || othersOf(name).some((key) => k.includes(key));

/** Whether a live resource beside it refers to it, so that it is kept by that. */
export async function isReferredTo(
  reader: Reader,
  name: string,
  { owners, except }: Referrers,
): Promise<boolean> {
  const found = await reader.collections.resources.findOne(
    {
      $and: [
        keeping(name),
        { deleted: false, _id: { $nin: [name, ...except] } },
        ...(owners ? [{ own: { $in: [...owners] } }] : []),
      ],
    },
    { projection: { _id: 1 }, ...options(reader) },
  );
  return found !== null;
}

/** Live resources that refer to it by its name, or that it owns. What has several owners refers to them. */
export async function referrersOf(reader: Reader, type: string, id: string, limit = 0): Promise<Referrer[]> {
  const name = `${type}/${id}`;
  const owned = type === 'Patient' ? [{ type: { $in: [...resourceTypes] }, rec: id }] : [];
  const found = await reader.collections.resources
    .find(
      { $or: [{ r: name }, ...owned], deleted: false, _id: { $ne: name } },
      { projection: { type: 1, id: 1, version: 1 }, limit, ...options(reader) },
    )
    .toArray();
  return found.map((each) => ({ type: each.type, id: each.id, version: each.version }));
}
