/**
 * Versions of many resources that are asked for in one go, by one command: what is looked at before a Bundle is written, or told to a subscriber, would else be a command or two
 * each, however it is asked for.
 */
import type { StoredVersion } from '../store.ts';
import { type ResourceDocument, type VersionDocument, WITHOUT_INDEX } from './documents.ts';
import { options, type Reader } from './reader.ts';
import { versionOf } from './search.ts';
import { createTogether } from './together.ts';

type Current = ResourceDocument | undefined;
type Former = VersionDocument | undefined;

export interface ReadTogether {
  current(type: string, id: string): Promise<StoredVersion | undefined>;
  version(type: string, id: string, version: number): Promise<StoredVersion | undefined>;
}

/** A few thousand resources of the usual length are some megabytes. */
const MOST = 1000;
const AT_ONCE = 4;

export function createReadTogether(reader: Reader): ReadTogether {
  const { resources, versions } = reader.collections;
  const current = createTogether({
    most: MOST,
    atOnce: AT_ONCE,
    async work(names: readonly string[]): Promise<Current[]> {
      const found = await resources
        .find(named(names), { projection: WITHOUT_INDEX, ...options(reader) })
        .toArray();
      const each = new Map(found.map((document) => [document._id, document]));
      return names.map((name) => each.get(name));
    },
  });
  const former = createTogether({
    most: MOST,
    atOnce: AT_ONCE,
    async work(names: readonly string[]): Promise<Former[]> {
      const found = await versions.find(named(names), options(reader)).toArray();
      const each = new Map(found.map((document) => [document._id, document]));
      return names.map((name) => each.get(name));
    },
  });

  return {
    async current(type, id) {
      const found = await current(`${type}/${id}`);
      return found && versionOf(found);
    },
    /** The newest first: a version that moves between the two readings is seen in the second. */
    async version(type, id, version) {
      const newest = await current(`${type}/${id}`);
      if (!newest || newest.version === version) return newest && versionOf(newest);
      const found = await former(`${type}/${id}/${version}`);
      return found && versionOf(found);
    },
  };
}

const named = (names: readonly string[]): { _id: string | { $in: string[] } } => {
  const [first = '', ...others] = new Set(names);
  return { _id: others.length === 0 ? first : { $in: [first, ...others] } };
};
