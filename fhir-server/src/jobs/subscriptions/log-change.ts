/** A write of the change log, as subscriptions look at it. */
import { ownersOf } from '../../access/owner-table.ts';
import { indexEntries } from '../../search/index-entries.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import type { Change as LogChange, StoredVersion } from '../../store/store.ts';
import type { Changed, Side } from '../../subscriptions/match.ts';
import type { EventDraft } from './event-log.ts';

/** What is in the records of more is told of nobody. */
const MOST_PATIENTS = 5;

export const changeOf = ({ method }: LogChange): Changed['change'] =>
  method === 'update-create' ? 'create' : method;

export const draftOf = (change: LogChange, patients: readonly string[]): EventDraft => ({
  ...(patients.length > 0 && patients.length <= MOST_PATIENTS ? { patients } : {}),
  at: change.lastUpdated,
  change: changeOf(change),
  type: change.type,
  id: change.id,
  version: change.version,
  position: change.position,
});

/** undefined: nothing was there. */
export function sideOf(version: StoredVersion | undefined, baseUrl: string): Side | undefined {
  if (version?.body === undefined) return undefined;
  const { type, id, lastUpdated, body } = version;
  const resource = JSON.parse(body) as { resourceType: string; id: string };
  makeReferencesLocal(resource, baseUrl);
  return {
    resource,
    examined: { type, id, lastUpdated, entries: indexEntries(resource, ownersOf(resource)) },
  };
}
