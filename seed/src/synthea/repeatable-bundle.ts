/**
 * Makes a Synthea Bundle safe to send again.
 *
 * Synthea POSTs every resource under a `urn:uuid:` fullUrl, so a second load would create everything twice. Most of
 * the resources have no identifier that `ifNoneExist` could ask for (Observation, Claim, Procedure …), but the uuid is
 * stable: it is the resource's own id in the file. So a POST becomes `PUT Type/<uuid>` (update as create), and the
 * server rewrites references from the fullUrl to it, as for any entry of a transaction (http.html#trules).
 * What carries `ifNoneExist` already says how to repeat it and stays as it is, like conditional references
 * (`Practitioner?identifier=…`), which only the server can resolve.
 */
import { createHash } from 'node:crypto';
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';

class BundleError extends Error {}

const UUID_URN = /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

export function repeatableBundle(json: unknown, file: string): Bundle {
  const bundle = asBundle(json, file);
  return {
    ...bundle,
    entry: (bundle.entry ?? []).map((entry, index) => repeatableEntry(entry, index, file)),
  };
}

function asBundle(json: unknown, file: string): Bundle {
  const bundle = json as Partial<Bundle> | null;
  if (typeof bundle !== 'object' || bundle?.resourceType !== 'Bundle')
    throw new BundleError(`${file} is not a Bundle`);
  if (bundle.type !== 'transaction' && bundle.type !== 'batch') {
    throw new BundleError(`${file} is a Bundle of type ${bundle.type}, not a transaction or batch`);
  }
  return bundle as Bundle;
}

function repeatableEntry(entry: BundleEntry, index: number, file: string): BundleEntry {
  const { request, resource, fullUrl } = entry;
  if (request === undefined) throw new BundleError(`${file}, entry ${index}: no request`);
  if (request.method !== 'POST' || request.ifNoneExist !== undefined || resource === undefined) return entry;
  if (request.url !== resource.resourceType) return entry;
  const id = UUID_URN.exec(fullUrl ?? '')?.[1]?.toLowerCase() ?? contentId(resource);
  return {
    ...entry,
    resource: { ...resource, id },
    request: { method: 'PUT', url: `${resource.resourceType}/${id}` },
  };
}

/** Without a uuid of its own a resource is known by what it says. */
function contentId(resource: Resource): string {
  return createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 40);
}
