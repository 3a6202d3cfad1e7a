/** Whose records these versions belong to, for the audit log. */
import type { AccessContext } from '../../access/access-context.ts';
import { labelsOf } from '../../access/labels.ts';
import { DIRECTORY_TYPES, OWNER_ELEMENTS, ownersOf } from '../../access/owner-table.ts';
import { ABOUT_OTHERS, linksOf } from '../../search/links.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import { everyMatch } from '../every-match.ts';

/** A search may touch many records; more than these are not named one by one. */
const MAX_PATIENTS = 1000;

interface Found {
  readonly patients: readonly string[];
  /** Of all that was found of these patients here: why their event is not for everybody to see. */
  readonly labels?: readonly string[];
}

export function patientsOf(access: AccessContext, versions: readonly StoredVersion[]): string[] {
  return [...new Set(foundOf(access, versions).flatMap(({ patients }) => patients))];
}

/** `one`: whose all of it is, where that is known. What has no labels first; then what is labelled, by its labels: that it was found must not be told to whom it is kept from. */
export function foundOf(access: AccessContext, versions: readonly StoredVersion[], one?: string): Found[] {
  if (!access.trail) return [{ patients: [] }];
  const plain = new Set<string>();
  const labelled = new Map<string, Set<string>>();
  for (const version of versions) {
    const { owners, labels } = through.get(version) ?? aboutOf(version, one ?? ownPatient(access));
    const key = labels.length === 0 ? '' : JSON.stringify(labels);
    const found = key === '' ? plain : (labelled.get(key) ?? new Set());
    if (key !== '') labelled.set(key, found);
    for (const owner of owners) found.add(owner);
    if (plain.size >= MAX_PATIENTS) break;
  }
  const kept = [...labelled].map(([key, patients]) => ({
    patients: [...patients].filter((patient) => !plain.has(patient)),
    labels: JSON.parse(key) as string[],
  }));
  return [{ patients: [...plain] }, ...kept.filter(({ patients }) => patients.length > 0)];
}

/** Of what is one patient's: an event of it is that patient's also where nothing was found. */
export function foundIn(access: AccessContext, versions: readonly StoredVersion[], patient: string): Found[] {
  const found = foundOf(access, versions, patient).filter(({ patients }) => patients.length > 0);
  return found.length > 0 ? found : [{ patients: [patient] }];
}

/** What most resources do not hold need not be parsed for. */
const LABELS = /"security":\[/;

interface About {
  readonly owners: readonly string[];
  readonly labels: readonly string[];
}

/** A version never changes, and a store may give the same object out again. */
const known = new WeakMap<StoredVersion, About>();
const knownLabels = new WeakMap<StoredVersion, readonly string[]>();

function aboutOf(version: StoredVersion, own: string | undefined): About {
  if (own === undefined) return about(version);
  const { type, body } = version;
  if (type === 'Patient' || !isOwned(type, body)) return about(version);
  return { owners: [own], labels: labelsIn(version, body) };
}

function about(version: StoredVersion): About {
  const found = known.get(version) ?? lookAt(version);
  known.set(version, found);
  return found;
}

function lookAt(version: StoredVersion): About {
  const { type, id, body } = version;
  if (type === 'Patient') return { owners: [id], labels: [] };
  if (!isOwned(type, body)) return { owners: [], labels: [] };
  return { owners: ownersOf(JSON.parse(body) as { resourceType: string }), labels: labelsIn(version, body) };
}

const isOwned = (type: string, body: string | undefined): body is string =>
  body !== undefined && !DIRECTORY_TYPES.has(type) && Object.hasOwn(OWNER_ELEMENTS, type);

/** Looked for once: twenty bodies a page took a seventh of a search. */
function labelsIn(version: StoredVersion, body: string): readonly string[] {
  const found =
    knownLabels.get(version) ??
    (LABELS.test(body) ? labelsOf(JSON.parse(body) as { resourceType: string }) : []);
  knownLabels.set(version, found);
  return found;
}

/** As it was when it was last looked at: what a version is about may become another's. For the log alone, access asks anew. */
const through = new WeakMap<StoredVersion, About>();
const PAGE = 500;
/** A note on a file of a document. */
export const HOPS = 3;

/**
 * Of what names no patient (a file of a document, a note of who wrote a result) finds out whose record it is by what it is about, so that `patientsOf` and `foundOf`
 * tell it. `store`: all of it, whatever the caller may see; throws StoreError.
 */
export async function lookThrough(
  store: Pick<ResourceStore, 'read' | 'vread' | 'search'>,
  access: AccessContext,
  versions: readonly StoredVersion[],
): Promise<void> {
  if (!access.trail || ownPatient(access) !== undefined) return;
  const found = await aboutThrough(store, versions, HOPS);
  for (const [version, each] of found) through.set(version, each);
}

const NOTHING: ReadonlyMap<StoredVersion, About> = new Map();

async function aboutThrough(
  store: Pick<ResourceStore, 'read' | 'vread' | 'search'>,
  versions: readonly StoredVersion[],
  hops: number,
): Promise<ReadonlyMap<StoredVersion, About>> {
  const named = new Map<StoredVersion, readonly string[]>();
  for (const version of versions) {
    if (!ABOUT_OTHERS.has(version.type) || version.body === undefined || about(version).owners.length > 0)
      continue;
    const links = linksOf(JSON.parse(version.body) as { resourceType: string });
    named.set(
      version,
      links.flatMap(({ by, target }) => (by === 'about' ? [target] : [])),
    );
  }
  if (named.size === 0) return NOTHING;
  const targets = await readAll(store, new Set([...named.values()].flat()));
  const further = hops > 1 ? await aboutThrough(store, [...targets.values()], hops - 1) : new Map();
  const aboutName = (name: string): readonly About[] => {
    const target = targets.get(name);
    return target ? [further.get(target) ?? about(target)] : [];
  };
  return new Map(
    [...named].map(([version, names]) => {
      const all = [about(version), ...names.flatMap(aboutName)];
      const each = (part: (one: About) => readonly string[]) => [...new Set(all.flatMap(part))];
      return [version, { owners: each(({ owners }) => owners), labels: each(({ labels }) => labels).sort() }];
    }),
  );
}

/** Ids of the Patients in whose record these are, or what they are about, by `Type/id`; of what was deleted, as it was before. Throws StoreError. */
export async function ownersOfNames(
  store: Pick<ResourceStore, 'read' | 'vread' | 'search'>,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await readAll(store, names);
  const further = await aboutThrough(store, [...found.values()], HOPS - 1);
  return new Map([...found].map(([name, each]) => [name, (further.get(each) ?? about(each)).owners]));
}

/** By `Type/id`; of what was deleted, as it was before. */
async function readAll(
  store: Pick<ResourceStore, 'read' | 'vread' | 'search'>,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, StoredVersion>> {
  const found = new Map<string, StoredVersion>();
  const byType = Map.groupBy(names, (name) => name.split('/')[0] as string);
  for (const [type, some] of byType)
    for (let i = 0; i < some.length; i += PAGE) {
      const ids = some.slice(i, i + PAGE).map((name) => name.split('/')[1] as string);
      const asked = { type, where: { kind: 'id', ids } as const, sort: BY_TIME, count: PAGE };
      for await (const version of everyMatch(store, asked)) found.set(`${type}/${version.id}`, version);
    }
  for (const name of names) {
    if (found.has(name)) continue;
    const [type = '', id = ''] = name.split('/');
    const gone = await store.read(type, id);
    const last = gone && (await store.vread(type, id, gone.version - 1, { kind: 'all' }));
    if (last) found.set(name, last);
  }
  return found;
}

const BY_TIME = [{ by: 'lastUpdated', descending: false }] as const;

/** The Patients that own a version. */
export const ownersOfVersion = (version: StoredVersion): readonly string[] => about(version).owners;

/** What a patient's token reaches is that patient's. */
export function ownPatient({ patient, scopes }: AccessContext): string | undefined {
  return patient !== undefined && scopes.every(({ level }) => level === 'patient') ? patient : undefined;
}
