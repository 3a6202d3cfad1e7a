/** Replies that carry one stored version, with its ETag and dates (https://hl7.org/fhir/R4/http.html#versioning). */
import { type Issue, operationOutcome } from '@wellspring/profiles';
import type { StoredVersion } from '../store/store.ts';
import { isUnchanged } from './preconditions.ts';
import { type FhirRequest, type Reply, returnPreference } from './request.ts';

export const etag = (version: StoredVersion): string => `W/"${version.version}"`;

/** A version never changes, and a store may give the same object out again. */
const known = new WeakMap<StoredVersion, Readonly<Record<string, string>>>();

export function versionHeaders(version: StoredVersion): Readonly<Record<string, string>> {
  let headers = known.get(version);
  if (!headers) {
    headers = Object.freeze({
      ETag: etag(version),
      'Last-Modified': new Date(version.lastUpdated).toUTCString(),
    });
    known.set(version, headers);
  }
  return headers;
}

/** 200 with the stored text as it is, or 304 where the client has it already. Errors: 412. */
export function readReply(request: FhirRequest, version: StoredVersion): Reply {
  const headers = versionHeaders(version);
  const { lastUpdated } = version;
  if (isUnchanged(request, version)) return { status: 304, headers, body: undefined, lastUpdated };
  return { status: 200, headers, body: version.body, lastUpdated };
}

/** After a write: what Prefer: return=… asks for. `advice`: what else an outcome tells (write-advice.ts). */
export function writtenReply(
  request: FhirRequest,
  status: number,
  version: StoredVersion,
  baseUrl: string,
  advice: readonly Issue[] = [],
): Reply {
  const headers = {
    ...versionHeaders(version),
    // Of updates too: a client of a conditional one would not know otherwise which resource it was, and others look there for the version.
    Location: `${baseUrl}/${version.type}/${version.id}/_history/${version.version}`,
  };
  const { lastUpdated } = version;
  const preference = returnPreference(request);
  if (preference === 'minimal') return { status, headers, body: undefined, lastUpdated };
  if (preference !== 'OperationOutcome') return { status, headers, body: version.body, lastUpdated };
  const done = {
    severity: 'information',
    code: 'informational',
    // Found by If-None-Exist it was there before.
    diagnostics: `${version.type} is stored.`,
  } as const;
  return {
    status,
    headers,
    body: JSON.stringify(operationOutcome([done, ...advice])),
    isOutcome: true,
    lastUpdated,
  };
}
