/** Whose records these versions belong to, for the audit log. */
import type { AccessContext } from '../../access/access-context.ts';
import { labelsOf } from '../../access/labels.ts';
import { DIRECTORY_TYPES, OWNER_ELEMENTS, ownersOf } from '../../access/owner-table.ts';
import type { StoredVersion } from '../../store/store.ts';

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
    const { owners, labels } = aboutOf(version, one ?? ownPatient(access));
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

function aboutOf(version: StoredVersion, own: string | undefined): About {
  if (own !== undefined) return lookAt(version, own);
  return about(version);
}

function about(version: StoredVersion): About {
  const found = known.get(version) ?? lookAt(version, undefined);
  known.set(version, found);
  return found;
}

function lookAt({ type, id, body }: StoredVersion, own: string | undefined): About {
  if (type === 'Patient') return { owners: [id], labels: [] };
  if (body === undefined || DIRECTORY_TYPES.has(type) || !Object.hasOwn(OWNER_ELEMENTS, type))
    return { owners: [], labels: [] };
  const isPlain = !LABELS.test(body);
  if (own !== undefined && isPlain) return { owners: [own], labels: [] };
  const resource = JSON.parse(body) as { resourceType: string };
  return {
    owners: own === undefined ? ownersOf(resource) : [own],
    labels: isPlain ? [] : labelsOf(resource),
  };
}

/** The Patients that own a version. */
export const ownersOfVersion = (version: StoredVersion): readonly string[] => about(version).owners;

/** What a patient's token reaches is that patient's. */
function ownPatient({ patient, scopes }: AccessContext): string | undefined {
  return patient !== undefined && scopes.every(({ level }) => level === 'patient') ? patient : undefined;
}
