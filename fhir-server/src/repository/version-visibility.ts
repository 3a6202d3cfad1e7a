/**
 * Rule R8 of docs/SECURITY.md: a version is shown when it passes the reader's condition itself, besides the current one. What was corrected because it was
 * filed under the wrong person, or was kept from the patient for a time, is not told by its history.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ownersOf } from '../access/owner-table.ts';
import { createBreath } from '../breath.ts';
import { createPageRoom, PAGE_ROOM } from '../page-room.ts';
import { indexEntries } from '../search/index-entries.ts';
import { makeReferencesLocal } from '../search/own-references.ts';
import { and, type QueryNode } from '../search/query.ts';
import {
  type Examined,
  type ForeignNode,
  foreignNodes,
  parametersOf,
  satisfies,
} from '../search/satisfies.ts';
import type { HistoryPage, HistoryQuery, ResourceStore, StoredVersion } from '../store/store.ts';
import { parseJson } from './resource-text.ts';

type Store = Pick<ResourceStore, 'read' | 'search' | 'vread' | 'history'>;

const PAGE = 100;
/** Histories under way take turns. */
const breath = createBreath();

/** Does this version satisfy the condition? Of a deletion: does what was deleted? Other resources are asked as they are now. */
export async function isVisible(
  store: Store,
  version: StoredVersion,
  visible: QueryNode,
  baseUrl: string,
): Promise<boolean> {
  if (visible.kind === 'all') return true;
  const shown = version.body === undefined ? await lastWithBody(store, version) : version;
  if (shown?.body === undefined) return false;
  const { type, id, lastUpdated } = shown;
  const resource = parseJson(shown.body) as { resourceType: string; id: string };
  makeReferencesLocal(resource, baseUrl);
  const entries = indexEntries(resource, ownersOf(resource), new Set(parametersOf(visible)));
  const examined: Examined = { type, id, lastUpdated, entries };
  const told = new Map<ForeignNode, boolean>();
  for (const node of foreignNodes(visible)) told.set(node, await foreign(store, examined, node));
  return satisfies(visible, examined, (node) => told.get(node) === true);
}

/** An instance's history under a condition. `visible` must hold of the current version, as the store is asked it; the total counts what is shown. */
export async function visibleHistory(
  store: Store,
  query: HistoryQuery & { readonly visible: QueryNode },
  baseUrl: string,
): Promise<HistoryPage> {
  const { count, after, backward = false, ...scope } = query;
  const window = backward ? lastOf(count) : firstOf(count);
  const bound = after && Number(after[0]);
  let total = 0;
  let next: HistoryPage['next'];
  do {
    const page = await store.history({
      ...scope,
      count: PAGE,
      room: PAGE_ROOM,
      ...(next ? { after: next } : {}),
    });
    for (const version of page.versions) {
      await breath();
      if (!(await isVisible(store, version, query.visible, baseUrl))) continue;
      total += 1;
      const isBeyond = bound === undefined || (backward ? version.version > bound : version.version < bound);
      if (isBeyond) window.add(version);
    }
    next = page.next;
    await nextTurn();
  } while (next);
  const { versions } = window;
  const positions = versions.map(({ version }) => [version]);
  return { versions, positions, next: window.isMore() ? positions.at(backward ? 0 : -1) : undefined, total };
}

/** What a page keeps of the versions that it is given, newest first. */
interface Window {
  readonly versions: StoredVersion[];
  add(version: StoredVersion): void;
  /** There were others. */
  isMore(): boolean;
}

function firstOf(count: number): Window {
  const takes = createPageRoom(PAGE_ROOM);
  const versions: StoredVersion[] = [];
  let isMore = false;
  return {
    versions,
    add: (version) => {
      isMore ||= versions.length === count || !takes(version);
      if (!isMore) versions.push(version);
    },
    isMore: () => isMore,
  };
}

function lastOf(count: number): Window {
  const versions: StoredVersion[] = [];
  let [length, isMore] = [0, false];
  return {
    versions,
    add: (version) => {
      versions.push(version);
      length += version.body?.length ?? 0;
      while (versions.length > 1 && (versions.length > count || length > PAGE_ROOM)) {
        length -= versions.shift()?.body?.length ?? 0;
        isMore = true;
      }
    },
    isMore: () => isMore,
  };
}

/** What a deletion deleted. */
async function lastWithBody(
  store: Store,
  { type, id, version }: StoredVersion,
): Promise<StoredVersion | undefined> {
  return store.vread(type, id, version - 1, and());
}

async function foreign(store: Store, { type, id, entries }: Examined, node: ForeignNode): Promise<boolean> {
  switch (node.kind) {
    case 'ownedBy': {
      if (node.orNobody && entries.owners.length === 0) return true;
      return isAnyLive(store, 'Patient', entries.owners, node.where);
    }
    case 'chained': {
      const prefix = `${node.type}/`;
      const targets = entries.references.filter(
        ({ param, target }) => param === node.param && target.startsWith(prefix),
      );
      const ids = targets.map(({ target }) => target.slice(prefix.length));
      return isAnyLive(store, node.type, ids, node.where);
    }
    case 'reverseChained': {
      const refersHere: QueryNode = { kind: 'reference', param: node.param, targets: [`${type}/${id}`] };
      return isAny(store, node.type, and(refersHere, node.where));
    }
    case 'linked':
      if (node.by === 'file') return (await store.read(type, id, node)) !== undefined;
      return isAboutAny(store, entries, node);
    default:
      return node satisfies never;
  }
}

async function isAboutAny(
  store: Store,
  { links }: Examined['entries'],
  { types, where, deleted }: ForeignNode & { kind: 'linked' },
): Promise<boolean> {
  for (const { by, target } of links) {
    const [type = '', id = ''] = target.split('/');
    if (by !== 'about' || !types.includes(type)) continue;
    const found = await store.read(type, id, where);
    if (found && (deleted || found.body !== undefined)) return true;
  }
  return false;
}

async function isAnyLive(
  store: Store,
  type: string,
  ids: readonly string[],
  where: QueryNode,
): Promise<boolean> {
  return ids.length > 0 && isAny(store, type, and({ kind: 'id', ids }, where));
}

async function isAny(store: Store, type: string, where: QueryNode): Promise<boolean> {
  const { matches } = await store.search({
    type,
    where,
    sort: [{ by: 'id', descending: false }],
    count: 1,
    total: 'none',
  });
  return matches.length > 0;
}
