/** Everything that refers to a Patient: by a reference that is searched by, or because it is in their record. */
import { forbidden, unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { parseJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import type { Referrer as Seen, StoredVersion } from '../../store/store.ts';
import { placesOf } from './move.ts';

export interface Referrer {
  readonly version: StoredVersion;
  readonly resource: ResourceJson;
}

export interface Referrers {
  readonly moved: readonly Referrer[];
  /** What stays as it is: links of other Patients, the log of what was done, what tells of versions. */
  readonly left: readonly Seen[];
}

/** Those that a merge leaves as they are: the log of what was done is about who it was done to. */
const LEFT: ReadonlySet<string> = new Set(['AuditEvent', 'Patient']);

/** Throws 422 where there are more than one commit takes; 403 where some are not the caller's to see. */
export async function referrersOf(
  services: Services,
  { access }: FhirRequest,
  patient: string,
): Promise<Referrers> {
  const { repository, limits } = services;
  const name = `Patient/${patient}`;
  const most = limits.maxEntries;
  const { found, unseen } = await repository.referrers(access, patient, 2 * most);
  const moved: Referrer[] = [];
  const left: Seen[] = [];
  for (const version of found) {
    const resource = parseJson(version.body ?? '{}') as ResourceJson;
    if (!LEFT.has(version.type) && placesOf(resource, name, repository.baseUrl).length > 0)
      moved.push({ version, resource });
    else left.push({ type: version.type, id: version.id, version: version.version });
  }
  if (moved.length > most || found.length + unseen >= 2 * most)
    throw unprocessable(
      `More than ${most} resources refer to the source: that is more than one commit takes.`,
    );
  if (unseen > 0)
    throw forbidden(
      'Something that you may not see refers to the source: records are merged by those who may see all that does.',
    );
  return { moved, left };
}
