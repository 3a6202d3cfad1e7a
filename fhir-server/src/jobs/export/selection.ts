/**
 * Which versions an export holds: of each resource the one that was current at transactionTime, where that satisfies what was asked. What is changed while the
 * export runs is asked again as it was then, so that each resource is in one export exactly once, and in the next one if it changed after.
 */
import { ownersOf } from '../../access/owner-table.ts';
import { type ExportOrder, SUPPORTING } from '../../operations/bulk/export-order.ts';
import { parseJson } from '../../repository/text/resource-text.ts';
import { isVisible } from '../../repository/version-visibility.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import { and, type QueryNode } from '../../search/query.ts';
import { queryOf } from '../../search/query-text.ts';
import type { ResourceStore, StoredVersion, WalkedVersion, WalkPage } from '../../store/store.ts';
import { versionAsOf } from './as-of.ts';

export interface SelectedType {
  readonly type: string;
  readonly where: QueryNode;
}

export interface SelectionOptions {
  readonly store: ResourceStore;
  readonly baseUrl: string;
  readonly order: Pick<ExportOrder, 'level' | 'types'> & {
    readonly since?: number | undefined;
    readonly until?: number | undefined;
  };
  /** transactionTime in milliseconds. */
  readonly time: number;
  /** undefined: whoever the level reaches. */
  readonly patients: ReadonlySet<string> | undefined;
  /** Resources in one file: a page is never more. */
  readonly most: number;
}

export interface Selection {
  readonly types: readonly SelectedType[];
  /** The next page of a type; deletions among it where `_since` was asked. */
  page(type: SelectedType, options: PageOptions): Promise<SelectedPage>;
  /** Whether somebody's record that the export reaches holds a resource with these owners. */
  reaches(type: string, owners: readonly string[]): boolean;
  /** Is it in the time that was asked for? */
  isInTime(version: StoredVersion): boolean;
}

export interface PageOptions {
  readonly after: string | undefined;
  /** Only this patient's. */
  readonly patient?: string;
  /** Whatever its time. */
  readonly always?: boolean;
}

export interface SelectedPage {
  readonly versions: readonly WalkedVersion[];
  readonly next: string | undefined;
}

/** Resources that one page looks at, and characters of text that it holds: some milliseconds of a search thread. */
const PAGE = 500;
const CHARACTERS = 1_000_000;
/** Of a page: what was changed or deleted meanwhile is read in one go, and may be long. */
const JUDGED_AT_ONCE = 25;
/** Of one resource, looked through for whose it was. */
const MOST_VERSIONS = 100;
/** Up to so many patients the store is asked for theirs; beyond, all are looked at. */
const ASKED_PATIENTS = 1000;

const range = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, i) => from + i);

export function createSelection({
  store,
  baseUrl,
  order,
  time,
  patients,
  most,
}: SelectionOptions): Selection {
  const { since, until, level } = order;
  const owned: QueryNode =
    patients && patients.size <= ASKED_PATIENTS ? { kind: 'owner', patients: [...patients] } : and();
  const types = order.types.map(({ type, where }) => ({ type, where: queryOf(where) }));

  /** Provenances are chosen by what they are about (provenance.ts). */
  function isByOwner(type: string): boolean {
    return level !== 'system' && !SUPPORTING.has(type) && type !== 'Provenance';
  }

  function reaches(type: string, owners: readonly string[]): boolean {
    if (level === 'system') return type !== 'Binary' || owners.length === 0;
    if (!isByOwner(type)) return true;
    return owners.some((owner) => !patients || patients.has(owner));
  }

  const isInTime = ({ lastUpdated }: StoredVersion): boolean =>
    lastUpdated > (since ?? -1) && lastUpdated < (until ?? Number.POSITIVE_INFINITY);

  /** A version as it was, held to the condition that the store holds the newest to. */
  async function asItWas(found: WalkedVersion, where: QueryNode): Promise<WalkedVersion | undefined> {
    const version = await versionAsOf(store, found, time);
    if (!version || !(await isVisible(store, version, where, baseUrl))) return undefined;
    return { ...version, owners: version.body === undefined ? found.owners : ownersIn(version.body) };
  }

  /** Of a deletion: everybody in whose record it was at `_since` or after. Whoever has a copy of theirs is to know, wherever it lay when it was deleted. */
  async function withOwnersSince(deletion: WalkedVersion): Promise<WalkedVersion> {
    if (deletion.body !== undefined || since === undefined || !isByOwner(deletion.type)) return deletion;
    const { type, id } = deletion;
    const first = (await versionAsOf(store, deletion, since))?.version ?? 1;
    const owners = new Set<string>();
    const from = Math.max(first, deletion.version - MOST_VERSIONS);
    for (const version of [first, ...range(from, deletion.version)]) {
      const body = (await store.vread(type, id, version))?.body;
      for (const owner of body === undefined ? [] : ownersIn(body)) owners.add(owner);
    }
    return { ...deletion, owners: [...owners] };
  }

  function ownersIn(text: string): readonly string[] {
    const resource = parseJson(text) as { resourceType: string; id: string };
    makeReferencesLocal(resource, baseUrl);
    return ownersOf(resource);
  }

  return {
    types,
    reaches,
    isInTime,
    async page({ type, where }, { after, patient, always = false }) {
      const deletions = since !== undefined && patient === undefined && !always;
      // What was deleted may have left the record before: whose it was, its versions tell.
      const everybodys = deletions ? and() : owned;
      const whose: QueryNode = patient === undefined ? everybodys : { kind: 'owner', patients: [patient] };
      const asked = patient !== undefined || isByOwner(type) ? and(where, whose) : where;
      const page: WalkPage = await store.walk({
        type,
        where: asked,
        asOf: time,
        deletions,
        changed: patient === undefined,
        limit: Math.min(PAGE, most),
        characters: CHARACTERS,
        ...(since === undefined || always ? {} : { since }),
        ...(after === undefined ? {} : { after }),
      });
      const held = async (found: WalkedVersion): Promise<WalkedVersion | undefined> => {
        const then = found.lastUpdated <= time ? found : await asItWas(found, asked);
        if (!then || !(always || isInTime(then))) return undefined;
        const version = await withOwnersSince(then);
        if (!reaches(type, version.owners)) return undefined;
        return version.body !== undefined || deletions ? version : undefined;
      };
      const versions: WalkedVersion[] = [];
      for (let at = 0; at < page.versions.length; at += JUDGED_AT_ONCE) {
        const some = await Promise.all(page.versions.slice(at, at + JUDGED_AT_ONCE).map(held));
        versions.push(...some.filter((version) => version !== undefined));
      }
      return { versions, next: page.next };
    },
  };
}
