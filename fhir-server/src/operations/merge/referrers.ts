/** Everything that refers to a Patient: by a reference that is searched by, or because it is in their record. */
import { resourceTypes, searchParameters, unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { parseJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import { aliasOf } from '../../search/aliases.ts';
import { localReference, ownReferences } from '../../search/own-references.ts';
import { or, type QueryNode } from '../../search/query.ts';
import type { StoredVersion } from '../../store/store.ts';

export interface Referrer {
  readonly version: StoredVersion;
  readonly resource: ResourceJson;
}

/** Those that a merge leaves as they are: the log of what was done is about who it was done to. */
const LEFT: ReadonlySet<string> = new Set(['AuditEvent', 'Patient']);
const PAGE = 500;

/** Throws 422 where there are more than one commit takes. */
export async function referrersOf(
  services: Services,
  { access }: FhirRequest,
  patient: string,
): Promise<Referrer[]> {
  const name = `Patient/${patient}`;
  const found: Referrer[] = [];
  for (const type of resourceTypes) {
    if (LEFT.has(type)) continue;
    const where = or({ kind: 'owner', patients: [patient] }, ...referencesTo(type, name));
    for (let after: readonly (string | number | null)[] | undefined; ; ) {
      const page = await services.repository.search(access, {
        type,
        where,
        sort: [{ by: 'mainDate', descending: true }],
        count: PAGE,
        after,
        total: 'none',
      });
      for (const version of page.matches) {
        const resource = parseJson(version.body ?? '{}') as ResourceJson;
        if (placesOf(resource, name, services.repository.baseUrl).length > 0)
          found.push({ version, resource });
      }
      if (found.length > services.limits.maxEntries)
        throw unprocessable(
          `More than ${services.limits.maxEntries} resources refer to the source: that is more than one commit takes.`,
        );
      if (!page.next) break;
      after = page.next;
    }
  }
  return found;
}

function referencesTo(type: string, name: string): QueryNode[] {
  return searchParameters(type)
    .filter(
      (parameter) =>
        parameter.type === 'reference' &&
        parameter.targets.includes('Patient') &&
        !aliasOf(type, parameter.code),
    )
    .map(({ code }) => ({ kind: 'reference', param: code, targets: [name] }));
}

/** Where it refers to the Patient as such, not to one of their versions. */
export function placesOf(resource: ResourceJson, name: string, baseUrl: string) {
  return ownReferences(resource).filter(({ reference }) => localReference(reference, baseUrl) === name);
}
