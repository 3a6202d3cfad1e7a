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
import { parseJson } from './text/resource-text.ts';

type Store = Pick<ResourceStore, 'read' | 'search' | 'vread' | 'history'>;

/** `total` undefined: nobody counted. */
export type ShownHistory = Omit<HistoryPage, 'total'> & { readonly total: number | undefined };

const PAGE = 100;
/** Versions that are counted for a total, as far as there is room for them on one page. */
const MOST_COUNTED = 1000;
/** Histories under way take turns. */
const breath = createBreath();

/** What was asked of the owners of one version is not asked again of the next. Of versions that are looked at in one go: it is as of then. */
export type OwnersAnswers = Map<ForeignNode, Map<string, Promise<boolean>>>;

/** Does this version satisfy the condition? Of a deletion: does what was deleted? Other resources are asked as they are now. */
export async function isVisible(
  store: Store,
  version: StoredVersion,
  visible: QueryNode,
  baseUrl: string,
  answers: OwnersAnswers = new Map(),
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
  for (const node of foreignNodes(visible)) told.set(node, await foreign(store, examined, node, answers));
  return satisfies(visible, examined, (node) => told.get(node) === true);
}

/** Of several types: who may read all of nearly everything has still no right to what is its maker's. */
export async function visibleAmong(
  store: Store,
  versions: readonly StoredVersion[],
  conditionOf: (type: string) => QueryNode,
  baseUrl: string,
): Promise<StoredVersion[]> {
  const kept: StoredVersion[] = [];
  for (const version of versions)
    if (await isVisible(store, version, conditionOf(version.type), baseUrl)) kept.push(version);
  return kept;
}

/** Where a page begins, and how it goes on. */
interface From {
  readonly after?: HistoryQuery['after'];
  readonly backward: boolean;
}

/**
 * An instance's history under a condition. `visible` must hold of the current version, as the store is asked it; the total counts what is shown, where that is not too
 * much to count: who looks at a page of a hundred thousand versions waits for that page only.
 */
export async function visibleHistory(
  store: Store,
  query: HistoryQuery & { readonly visible: QueryNode },
  baseUrl: string,
): Promise<ShownHistory> {
  const { count, after, backward = false, ...scope } = query;
  const shown = (from: From) => visibleVersions(store, scope, from, baseUrl);
  const all = await allOf(shown({ backward: false }));
  const rest = all ? beyond(all, { after, backward }) : shown({ after, backward });
  const takes = createPageRoom(PAGE_ROOM);
  const versions: StoredVersion[] = [];
  let isMore = false;
  for await (const version of rest) {
    isMore = versions.length === count || !takes(version);
    if (isMore) break;
    versions.push(version);
  }
  if (backward) versions.reverse();
  const positions = versions.map(({ version }) => [version]);
  const next = isMore ? positions.at(backward ? 0 : -1) : undefined;
  return { versions, positions, next, total: all?.length };
}

/** Newest first; backward the oldest first. */
async function* visibleVersions(
  store: Store,
  scope: Omit<HistoryQuery, 'count'> & { readonly visible: QueryNode },
  { after, backward }: From,
  baseUrl: string,
): AsyncGenerator<StoredVersion> {
  const { visible, ...which } = scope;
  let place = after;
  do {
    const at = place ? { after: place } : {};
    const page = await store.history({ ...which, ...at, backward, count: PAGE, room: PAGE_ROOM });
    for (const version of backward ? page.versions.toReversed() : page.versions) {
      await breath();
      if (await isVisible(store, version, visible, baseUrl)) yield version;
    }
    place = page.next;
    await nextTurn();
  } while (place);
}

/** undefined: more than are counted. What is not shown does not decide it. */
async function allOf(versions: AsyncIterable<StoredVersion>): Promise<StoredVersion[] | undefined> {
  const takes = createPageRoom(PAGE_ROOM);
  const all: StoredVersion[] = [];
  for await (const version of versions) {
    if (all.length === MOST_COUNTED || !takes(version)) return undefined;
    all.push(version);
  }
  return all;
}

function beyond(all: readonly StoredVersion[], { after, backward }: From): readonly StoredVersion[] {
  if (!after) return all;
  const bound = Number(after[0]);
  const rest = all.filter(({ version }) => (backward ? version > bound : version < bound));
  return backward ? rest.reverse() : rest;
}

/** What a deletion deleted. */
async function lastWithBody(
  store: Store,
  { type, id, version }: StoredVersion,
): Promise<StoredVersion | undefined> {
  return store.vread(type, id, version - 1, and());
}

async function foreign(
  store: Store,
  { type, id, entries }: Examined,
  node: ForeignNode,
  answers: OwnersAnswers,
): Promise<boolean> {
  switch (node.kind) {
    case 'ownedBy': {
      if (node.orNobody && entries.owners.length === 0) return true;
      return askedOnce(answers, node, entries.owners, () =>
        isAnyLive(store, 'Patient', entries.owners, node.where),
      );
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

function askedOnce(
  answers: OwnersAnswers,
  node: ForeignNode,
  owners: readonly string[],
  ask: () => Promise<boolean>,
): Promise<boolean> {
  const ofNode = answers.get(node) ?? new Map<string, Promise<boolean>>();
  answers.set(node, ofNode);
  const name = owners.join();
  const answer = ofNode.get(name) ?? ask();
  ofNode.set(name, answer);
  return answer;
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
