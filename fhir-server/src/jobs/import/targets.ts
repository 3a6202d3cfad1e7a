/** What is there already: of the resources that come in, and of what they refer to. Asked for many at once, and remembered where it was there. */
import type { ResourceStore, StoredVersion } from '../../store/store.ts';

export interface Targets {
  /** Live versions by `Type/id`. */
  current(names: readonly string[]): Promise<Map<string, StoredVersion>>;
  /** Those that are not there. */
  missing(names: ReadonlySet<string>): Promise<Set<string>>;
  known(name: string): void;
}

const REMEMBERED = 100_000;
const CHUNK = 500;

export function createTargets(store: Pick<ResourceStore, 'search'>): Targets {
  const there = new Set<string>();
  function known(name: string): void {
    if (there.size >= REMEMBERED) there.clear();
    there.add(name);
  }

  async function current(names: readonly string[]): Promise<Map<string, StoredVersion>> {
    const found = new Map<string, StoredVersion>();
    for (const [type, some] of Map.groupBy(names, (name) => name.slice(0, name.indexOf('/')))) {
      for (let at = 0; at < some.length; at += CHUNK) {
        const ids = some.slice(at, at + CHUNK).map((name) => name.slice(type.length + 1));
        const page = await store.search({
          type,
          where: { kind: 'id', ids },
          sort: [{ by: 'id', descending: false }],
          count: ids.length,
          total: 'none',
        });
        for (const version of page.matches) found.set(`${type}/${version.id}`, version);
      }
    }
    return found;
  }

  return {
    current,
    known,
    async missing(names) {
      const asked = [...names].filter((name) => !there.has(name));
      const found = await current(asked);
      for (const name of found.keys()) known(name);
      return new Set(asked.filter((name) => !found.has(name)));
    },
  };
}
