/**
 * Provenances of an export. A patient's record holds those that are about anything in it, and most name no patient themselves; with
 * `includeAssociatedData` those of what is exported, all or the newest of each.
 */
import { ownersOf } from '../../access/owner-table.ts';
import type { ExportOrder } from '../../operations/bulk/export-order.ts';
import { parseJson } from '../../repository/text/resource-text.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import { and, type QueryNode } from '../../search/query.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import type { Selection } from './selection.ts';

interface Provenance {
  readonly resourceType: string;
  readonly target?: readonly { readonly reference?: string }[];
}

export interface Provenances {
  /** Which of these the export holds. */
  keep(found: readonly StoredVersion[]): Promise<readonly StoredVersion[]>;
  /** Of deletions: those of what it would hold. */
  keepDeleted(gone: readonly StoredVersion[]): Promise<readonly StoredVersion[]>;
  /** Those that are about any of these (`Type/id`), as they are now. */
  about(names: readonly string[]): Promise<readonly StoredVersion[]>;
}

const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.+)?$/;

/** Versions in one go. */
const READ_AT_ONCE = 50;
/** Names in one question. */
const CHUNK = 200;
/** Provenances of so many resources. */
const MOST = 2000;

export function createProvenances(
  store: ResourceStore,
  baseUrl: string,
  { level, provenance }: ExportOrder,
  selection: Selection,
): Provenances {
  const holdsAll = level === 'system' && provenance === 'all';
  const whereOf = (type: string): QueryNode | undefined => {
    if (provenance === 'all') return and();
    return selection.types.find((each) => each.type === type && type !== 'Provenance')?.where;
  };

  /** Of these, what the export reaches; with `includeAssociatedData`, what it holds. */
  async function reached(names: ReadonlySet<string>): Promise<Set<string>> {
    const found = new Set<string>();
    const byType = Map.groupBy(names, (name) => name.slice(0, name.indexOf('/')));
    for (const [type, some] of byType) {
      const where = whereOf(type);
      if (!where) continue;
      const ids = some.map((name) => name.slice(type.length + 1));
      for (const version of await byId(type, ids, where)) {
        if (provenance !== 'all' && !selection.isInTime(version)) continue;
        if (level !== 'system' && !ownersIn(version).some((owner) => selection.reaches('Patient', [owner])))
          continue;
        found.add(`${type}/${version.id}`);
      }
    }
    return found;
  }

  async function byId(
    type: string,
    ids: readonly string[],
    where: QueryNode,
  ): Promise<readonly StoredVersion[]> {
    const page = await store.search({
      type,
      where: and({ kind: 'id', ids }, where),
      sort: [{ by: 'id', descending: false }],
      count: ids.length,
      total: 'none',
    });
    return page.matches;
  }

  function ownersIn({ body }: StoredVersion): readonly string[] {
    const resource = parseJson(body ?? '{}') as { resourceType: string };
    makeReferencesLocal(resource, baseUrl);
    return ownersOf(resource);
  }

  function targetsOf({ body }: StoredVersion): string[] {
    const resource = parseJson(body ?? '{}') as Provenance;
    makeReferencesLocal(resource, baseUrl);
    return (resource.target ?? []).flatMap(({ reference }) => {
      const match = LOCAL.exec(reference ?? '');
      return match ? [`${match[1]}/${match[2]}`] : [];
    });
  }

  async function newestOf(target: string): Promise<string | undefined> {
    const page = await store.search({
      type: 'Provenance',
      where: { kind: 'reference', param: 'target', targets: [target] },
      sort: [{ by: 'mainDate', descending: true }],
      count: 1,
      total: 'none',
    });
    return page.matches[0]?.id;
  }

  async function keep(found: readonly StoredVersion[]): Promise<readonly StoredVersion[]> {
    if (holdsAll) return found;
    const live = found.filter(({ body }) => body !== undefined);
    const targets = new Map(live.map((version) => [version, targetsOf(version)]));
    const held = await reached(new Set([...targets.values()].flat()));
    if (provenance !== 'latest')
      return live.filter((version) => targets.get(version)?.some((name) => held.has(name)));
    const newest = new Set<string | undefined>();
    for (const target of held) newest.add(await newestOf(target));
    return live.filter(({ id }) => newest.has(id));
  }

  async function keepDeleted(gone: readonly StoredVersion[]): Promise<readonly StoredVersion[]> {
    if (holdsAll) return gone;
    const before = new Map<StoredVersion, StoredVersion>();
    for (let at = 0; at < gone.length; at += READ_AT_ONCE) {
      const some = gone.slice(at, at + READ_AT_ONCE);
      const found = await Promise.all(
        some.map(({ type, id, version }) => store.vread(type, id, version - 1)),
      );
      for (const [i, last] of found.entries()) if (last) before.set(some[i] as StoredVersion, last);
    }
    const held = new Set(await keep([...before.values()]));
    return gone.filter((deletion) => held.has(before.get(deletion) as StoredVersion));
  }

  async function about(names: readonly string[]): Promise<readonly StoredVersion[]> {
    const found = new Map<string, StoredVersion>();
    for (let at = 0; at < names.length; at += CHUNK) {
      const page = await store.search({
        type: 'Provenance',
        where: { kind: 'reference', param: 'target', targets: names.slice(at, at + CHUNK) },
        sort: [{ by: 'mainDate', descending: true }],
        count: MOST,
        total: 'none',
      });
      for (const version of page.matches) found.set(version.id, version);
    }
    return [...found.values()];
  }

  return { keep, keepDeleted, about };
}
