/** Whose records these versions belong to, for the audit log. */
import type { AccessContext } from '../access/access-context.ts';
import { DIRECTORY_TYPES, OWNER_ELEMENTS, ownersOf } from '../access/owner-table.ts';
import type { StoredVersion } from '../store/store.ts';

/** A search may touch many records; more than these are not named one by one. */
const MAX_PATIENTS = 1000;

export function patientsOf(access: AccessContext, versions: readonly StoredVersion[]): string[] {
  if (!access.trail) return [];
  const found = new Set<string>();
  for (const { type, id, body } of versions) {
    if (type === 'Patient') found.add(id);
    else if (body !== undefined && !DIRECTORY_TYPES.has(type) && Object.hasOwn(OWNER_ELEMENTS, type))
      for (const owner of ownersIn(access, body)) found.add(owner);
    if (found.size >= MAX_PATIENTS) break;
  }
  return [...found];
}

/** What a patient's token reaches is that patient's: nothing need be parsed. */
function ownersIn(access: AccessContext, body: string): readonly string[] {
  const isOwn = access.patient !== undefined && access.scopes.every(({ level }) => level === 'patient');
  if (isOwn) return [access.patient as string];
  return ownersOf(JSON.parse(body) as { resourceType: string });
}
